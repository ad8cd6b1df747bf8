#!/bin/sh
# Nothing is shared without its reasons: a secret plan goes to Bob. The policy asks for an agreement, for an assessment
# of the risk and for a second pair of eyes, a number of a payment card in the plan keeps it back, and every copy says for
# whom it is. When the plan turns up where it should not be, the copy tells whose it was.
#
#   sh examples/governance.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"
mkdir mail

# Ada owns the vault; Cleo is an editor with an identity of her own. Bob is outside, and his fingerprint is compared.
run ipvault init --name Ada --passphrase-file passphrase
run ipvault unlock --store session --for 1h --passphrase-file passphrase
cleo="--identity cleo.toml --passphrase-file passphrase"
bob="--identity bob.toml --passphrase-file passphrase"
run ipvault identity create --name Cleo $cleo
run ipvault identity create --name Bob --organisation "Engines Ltd" $bob
run ipvault identity card -o mail/cleo.card $cleo
run ipvault identity card -o mail/bob.card $bob
fingerprint() { ipvault identity show --json "$@" | sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/'; }
run ipvault member add mail/cleo.card --role editor --fingerprint "$(fingerprint $cleo)"
run ipvault recipient add mail/bob.card
run ipvault recipient verify Bob --fingerprint "$(fingerprint $bob)"

# Copies of what is secret are marked, those of plain text too, for this demonstration.
run ipvault policy set secret mark=with-text --reason "so that a leak can be traced"
printf 'The widget is made in three steps.\nPaid with card 4111 1111 1111 1111.\n' > plan.txt
run ipvault add plan.txt --label secret

# What stands against sharing it, and what would change that. Nothing leaves.
expect 15 ipvault share plan.txt --to Bob --explain

# An agreement, and an assessment of the risk. What the vault knows is filled in; the rest somebody answers.
echo "Signed by both." > mail/nda.txt
run ipvault agreement add mail/nda.txt --type nda --party Bob --until 2099-12-31
cat > answers.toml <<'END'
format = 1
diligence = "thorough"
enforcement = "well"
interests = "aligned"
use = "read"
market = "calm"
lead = "nothing"
regulation = "none"
financial = "negligible"
operational = "negligible"
reputational = "negligible"
END
run ipvault risk assess --item plan.txt --to Bob --answers answers.toml

# A number of a card has no place in the plan: it is taken out.
expect 15 ipvault share plan.txt --to Bob -o mail/package
printf 'The widget is made in three steps.\n' > plan.txt
run ipvault update plan.txt plan.txt

# Now only somebody else has to agree, to exactly this: these versions, to this recipient, on these terms.
expect 16 ipvault share plan.txt --to Bob -o mail/package --expires 30d
run ipvault request create plan.txt --to Bob --expires 30d --reason "the supplier needs it"
request=$(ipvault request list | cut -f 1)
expect 15 ipvault request approve "$request"
run ipvault request approve "$request" --reason "seen" $cleo
run ipvault share --request "$request" -o mail/package

# Bob opens his copy. Later it turns up elsewhere, and the copy says whose it was.
run ipvault open mail/package -o inbox $bob
cp inbox/plan.txt found.txt
run ipvault mark identify found.txt

# All of it is in the journal, signed.
run ipvault journal list --action release.decided
run ipvault verify

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
