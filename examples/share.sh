#!/bin/sh
# Sharing out of a vault: Ada, in-house counsel, sends Bob, who has no vault, two documents. What he could read is known
# afterwards, his receipt comes back, what he seals for Ada comes into the vault, and in the end sharing is revoked.
#
#   sh examples/share.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"
mkdir bob mail

# Ada's vault, open for an hour, with the documents in it.
run ipvault init --name Ada --passphrase-file passphrase
run ipvault unlock --store session --for 1h --passphrase-file passphrase
run ipvault add "$checkout/LICENSE" "$checkout/README.md" --label confidential

# Bob makes an identity and mails his card. He reads its fingerprint to Ada over the phone, and she types it.
bob="--identity bob/identity.toml --passphrase-file passphrase"
run ipvault identity create --name Bob --organisation "Engines Ltd" $bob
run ipvault identity card -o mail/bob.card $bob
run ipvault recipient add mail/bob.card
heard=$(ipvault identity show --json $bob | sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/')
run ipvault recipient verify Bob --fingerprint "$heard"

# What is confidential is shared under an agreement: the signed NDA goes into the vault, and with it whom it covers.
echo "Signed by both." > mail/nda.txt
run ipvault agreement add mail/nda.txt --type nda --party Bob --until 2099-12-31
run ipvault agreement check --item LICENSE --to Bob

# One package for both documents. The journal knows of it before it is complete.
run ipvault share LICENSE README.md --to Bob -o mail/package --purpose "due diligence" --expires 30d

# Bob opens it and signs that he did.
run ipvault identity card -o mail/ada.card --vault vault --passphrase-file passphrase
run ipvault open mail/package -o bob/inbox --from mail/ada.card $bob
cmp "$checkout/LICENSE" bob/inbox/LICENSE
run ipvault receipt create mail/package --event opened -o mail/receipt $bob
run ipvault receipt import mail/receipt

# What Bob seals to Ada's card goes straight into the vault, with its provenance.
run ipvault seal bob/inbox/LICENSE --to mail/ada.card -o mail/answer $bob
run ipvault receive mail/answer --folder "from Bob"

# Who can open what, and what Bob could have read.
run ipvault access LICENSE
run ipvault exposure Bob

# Nothing more for Bob. What he has, he has: the exposure says so still.
run ipvault revoke Bob --reason "the deal is off"
code=0
run ipvault share LICENSE --to Bob -o mail/more || code=$?
[ $code -eq 15 ] || fail "share ended with $code, but 15 was expected"
run ipvault exposure Bob
run ipvault verify

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
