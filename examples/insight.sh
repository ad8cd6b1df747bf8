#!/bin/sh
# Keeping watch: Ada copies all of her documents out of the vault at once, which a rule finds. She says why, and writes
# what a head of legal operations reads on a Monday.
#
#   sh examples/insight.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"

# Ada's vault, open for an hour, with 25 documents in it, and a rule of her own besides those of ipvault.
run ipvault init --name Ada --passphrase-file passphrase
run ipvault unlock --store session --for 1h --passphrase-file passphrase
mkdir widget
for number in 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35; do
    echo "Drawing $number" >"widget/drawing-$number.txt"
done
run ipvault add widget --recursive
cat >rules.toml <<EOF
format = 1

[[rule]]
id = "public-documents"
title = "A document was made public"
level = "medium"
type = "event"
selection = { action = "item.described", label = "public" }

[[rule.test]]
name = "public, and internal"
finds = 1
events = [
    { at = "2026-11-02T09:00:00Z", action = "item.described", label = "public" },
    { at = "2026-11-02T09:00:01Z", action = "item.described", label = "internal" },
]
EOF
run ipvault insight test rules.toml

# Nothing is odd yet. Then she copies everything out, and makes a document public: two findings, and exit code 17.
run ipvault insight run --rules rules.toml
run ipvault export --all -o out --quiet
run ipvault label widget/drawing-11.txt --label public
code=0
run ipvault insight run --rules rules.toml || code=$?
[ $code -eq 17 ] || fail "insight run ended with $code, but 17 was expected"

# She says what they were. The findings rest, and the journal keeps who said so.
for finding in $(ipvault insight run --rules rules.toml | cut -f 1); do
    run ipvault insight acknowledge "$finding" --reason "the move to the new office" --rules rules.toml
done
run ipvault insight run --rules rules.toml
run ipvault insight run --all --rules rules.toml

# The week as a page, as a mail, and as text.
run ipvault insight digest -o week.html
run ipvault insight digest -o week.eml
run ipvault insight digest
run ipvault verify

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
