#!/bin/sh
# An incident in nine steps: Bob, a recipient, reports a stolen laptop with his keys. Ada records when she became aware,
# the vault tells what is reached, one transaction contains it, the clock of the law runs and is met, and the report
# says who did what and when, with the records that show it.
#
#   sh examples/incident.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"
mkdir bob mail

# Ada's vault, open for an hour. Bob got a document about somebody in a package, and opened it.
run ipvault init --name Ada --passphrase-file passphrase
run ipvault unlock --store session --for 1h --passphrase-file passphrase
echo "Zoe Miller, inventor" > interview.txt
run ipvault add interview.txt --tag personal-data --tag "subject:Zoe Miller"
run ipvault add "$checkout/LICENSE" --name claims.txt
bob="--identity bob/identity.toml --passphrase-file passphrase"
run ipvault identity create --name Bob $bob
run ipvault identity card -o mail/bob.card $bob
run ipvault recipient add mail/bob.card
heard=$(ipvault identity show --json $bob | sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/')
run ipvault recipient verify Bob --fingerprint "$heard"
echo "Signed by both." > mail/nda.txt
echo "Signed by both, about data." > mail/dpa.txt
run ipvault agreement add mail/nda.txt --type nda --party Bob --until 2099-12-31
run ipvault agreement add mail/dpa.txt --type dpa --party Bob --until 2099-12-31
run ipvault share interview.txt --to Bob -o mail/package --purpose "filing"
run ipvault identity card -o mail/ada.card --vault vault --passphrase-file passphrase
run ipvault open mail/package -o bob/inbox --from mail/ada.card $bob
run ipvault receipt create mail/package --event opened -o mail/receipt $bob
run ipvault receipt import mail/receipt

# 1, identification and reporting: what is known, and since when. Deadlines count from --aware, not from the record.
echo "Bob's laptop was stolen on a train, with his keys on it." > report.txt
run ipvault incident open "Stolen laptop" --aware 3h --occurred 2d --zone Europe/Berlin --reporter Bob --from report.txt
incident=$(ipvault incident list | cut -f 1)

# 2, the team: the playbook names duties; two of them somebody must have.
run ipvault incident assign "$incident" lead Ada
run ipvault incident assign "$incident" legal "Grace Hopper"
run ipvault incident assign "$incident" data-protection "Mary Shelley"

# 3, assessment: category and severity follow from what Bob could have, and from what was opened.
run ipvault incident assess "$incident" --person Bob

# 4, containment, in one transaction: first told, then done. What is out already is listed.
ipvault exposure Bob --jsonl > exposure.jsonl
run ipvault incident contain "$incident" --recipient Bob --from exposure.jsonl --dry-run
run ipvault incident contain "$incident" --recipient Bob --from exposure.jsonl --reason "stolen keys"
expect 15 ipvault export interview.txt -o copy.txt
expect 15 ipvault erase interview.txt --confirm interview.txt

# 5, investigation: documents, files and records are evidence from now on.
run ipvault incident evidence "$incident" --item interview.txt --reason "what was on the laptop"
run ipvault incident evidence "$incident" --file report.txt --holder Ada --reason "Bob's report"
run ipvault incident evidence "$incident" --records 1-9 --reason "how the document came to Bob"

# 6, legal duties: counsel says which law applies; the clock counts from awareness. NIS2 does not apply here.
run ipvault incident clock "$incident" --start gdpr
run ipvault incident clock "$incident" --start nis2-early
run ipvault incident clock "$incident" --waive nis2-early --reason "no essential or important entity"

# 7, notification: a draft with what the records know; counsel fills in the rest, sends it, and that is recorded.
run ipvault incident notify "$incident" --to authority -o draft.md --format markdown
cat draft.md
run ipvault incident notify "$incident" --to authority --sent 1m --file draft.md --name "BlnBDI" --clock gdpr
run ipvault incident clock "$incident"

# 8, remediation: what is to be done before the end, and that it was. It cannot be closed as long as something is open.
expect 16 ipvault incident close "$incident" --reason "over"
run ipvault incident remediate "$incident" "Bob gets new keys" --owner Bob
for action in $(ipvault incident show --json "$incident" | tr '{' '\n' | sed -n 's/^"key":"\([^"]*\)".*/\1/p'); do
    run ipvault incident remediate "$incident" --done "$action"
done

# 9, lessons; then it is closed, and the report has all of it, with its timeline.
run ipvault incident lessons "$incident" "Keys of recipients belong on hardware."
run ipvault incident close "$incident" --reason "contained, the authority is notified"
run ipvault incident contain "$incident" --lift --reason "Bob has new keys"
run ipvault incident list
run ipvault incident export "$incident" -o report.html
run ipvault incident export "$incident" -o report.json --format json
run ipvault verify

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
