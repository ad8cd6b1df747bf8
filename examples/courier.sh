#!/bin/sh
# The courier's way: two people, each with a computer of their own and no network, send each other files on a USB stick.
# Here the computers are the folders alice and bob, and nothing passes between them but what lies in the folder stick.
#
#   sh examples/courier.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"
mkdir alice bob stick

# Everybody makes an identity once. A person would be asked for the passphrase here.
alice="--identity alice/identity.toml --passphrase-file passphrase"
bob="--identity bob/identity.toml --passphrase-file passphrase"
run ipvault identity create --name Alice $alice
run ipvault identity create --name Bob $bob

# First the cards travel. Then the two compare the fingerprints, over the phone for instance: all sixteen groups.
run ipvault identity card -o stick/alice.card $alice
run ipvault identity card -o stick/bob.card $bob
cp stick/alice.card bob/
cp stick/bob.card alice/

# Alice seals for Bob, in parts that the stick takes.
run ipvault seal "$checkout/LICENSE" "$checkout/README.md" --to alice/bob.card -o stick/package --split 20K \
    --purpose "due diligence" --message "As agreed on the phone." --expires 30d $alice

# Whoever finds the stick sees this much.
run ipvault package inspect stick

# Bob opens it, and takes it from nobody but Alice.
run ipvault open stick -o bob/inbox --from bob/alice.card $bob
for name in LICENSE README.md; do
    cmp "$checkout/$name" "bob/inbox/$name"
    echo "Identical: $name"
done

# A part that got lost is named.
mv stick/package.002 lost
code=0
run ipvault open stick -o bob/again $bob || code=$?
[ $code -eq 13 ] || fail "open ended with $code, but 13 was expected"
mv lost stick/package.002

# Alice cannot open it herself: she sealed it to Bob alone.
code=0
run ipvault open stick --list $alice || code=$?
[ $code -eq 12 ] || fail "open ended with $code, but 12 was expected"

# The receipt goes back the way the package came.
run ipvault receipt create stick --event opened -o stick/receipt.toml $bob

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
