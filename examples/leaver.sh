#!/bin/sh
# Somebody leaves: what is a trade secret stands in a register, access is reviewed by two owners, and on the last day
# everything that the leaver may ends at once, with papers. Years later a court is shown what the secret was.
#
#   sh examples/leaver.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"

# Ada runs the vault with Grace. Carl is an editor in it, and is sent packages too.
run ipvault init --name "Ada Lovelace" --passphrase-file passphrase
run ipvault unlock --store session --passphrase-file passphrase
for name in grace carl; do
    run ipvault identity create --name $name --no-passphrase --identity $name.toml --quiet
    run ipvault identity card --identity $name.toml -o $name.card --quiet
done

# fingerprint NAME: what the person would read out over the phone.
fingerprint() {
    ipvault identity show --identity "$1.toml" | sed -n 's/^Fingerprint: //p'
}

# grace COMMAND…: Grace, at a computer of her own.
grace() {
    printf '\n(Grace) $ ipvault %s\n' "$*"
    XDG_CONFIG_HOME="$demo/grace" XDG_STATE_HOME="$demo/grace" IPVAULT_VAULT="$demo/vault" \
        "$program" --identity "$demo/grace.toml" "$@"
}

run ipvault add "$checkout/LICENSE" --name coating.txt --label secret
run ipvault member add grace.card --role owner --fingerprint "$(fingerprint grace)"
run ipvault member role grace --room root --role owner
run ipvault member add carl.card --role editor --fingerprint "$(fingerprint carl)"
run ipvault recipient add carl.card
run ipvault recipient verify carl --fingerprint "$(fingerprint carl)"
run ipvault policy set secret agreement= approvals=0 risk=

# The register says that it is a secret and why, without saying what it is; another owner approves.
echo "Coating B is cured at 181 degrees." |
    run ipvault register add --title "Coating B" --description - --owner Ada --custodian carl --item coating.txt
secret=$(ipvault register list | cut -f1)
run ipvault register score "$secret" \
    --factor "known-outside=5:nobody knows the temperature" --factor "known-inside=4:four of us" \
    --factor "measures=4:one room, acknowledged" --factor "value=4:the best seller" \
    --factor "effort=4:two years of trials" --factor "acquisition=3:it does not show in the product"
grace register approve "$secret" --reason "read and agreed"
run ipvault share coating.txt --to carl -o package --expires 30d

# What the steps to keep it secret still lack: exit code 17, with a command for each gap.
code=0
run ipvault register gaps "$secret" || code=$?
[ $code -eq 17 ] || fail "register gaps ended with $code, but 17 was expected"

# The yearly review: all that anybody may, frozen. Nobody decides on their own, so both owners do.
run ipvault review start --title "Yearly review"
review=$(ipvault review list | cut -f1)
run ipvault review show "$review"

# grants WHO: the grants of somebody in the review.
grants() {
    ipvault review show "$review" | awk -F '\t' -v who="$1" '$2 == who { print $1 }'
}

run ipvault review decide $(grants grace) keep --reason "runs the vault with me"
grace review decide $(grants "Ada Lovelace") keep --reason "founded it"
run ipvault review decide $(grants carl) revoke --reason "leaves at the end of the month"
code=0
run ipvault review close "$review" || code=$?
[ $code -eq 16 ] || fail "review close ended with $code, but 16 was expected"

# Carl's last day: looked at first, then done, in one transaction.
run ipvault offboard carl --dry-run
run ipvault offboard carl -o leaver --reason "left on the last of the month"
run cat leaver/letter.txt
run cat leaver/certificate.txt

# Again: there is nothing more to do. The review can be closed, and all of it stands in the journal.
run ipvault offboard carl -o leaver --force
run ipvault review close "$review" --reason "carl left"
run ipvault review export "$review" -o review.csv
run ipvault exposure carl
run ipvault verify

# Years later a court asks what Coating B was. The bundle proves what was on record, and since when.
run ipvault register reveal "$secret" -o court --reason "asked by the court"
(cd court && run sh verify.sh)

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
