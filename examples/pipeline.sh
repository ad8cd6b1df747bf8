#!/bin/sh
# ipvault among other programs: documents through pipes, lists and results for programs, exit codes for decisions.
#
#   sh examples/pipeline.sh
#
# Needs what examples/quickstart.sh needs, and leaves nothing behind.
set -eu

. "$(dirname "$0")/lib/demo.sh"
trap 'ipvault --quiet lock; rm -rf "$demo"' EXIT
cd "$demo"

# json EXPRESSION: part of the JSON on standard input, with jq or else with Python's own reader.
json() {
    if command -v jq >/dev/null; then
        jq --raw-output ".$1"
    else
        "${PYTHON:-python3}" -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1].split("."):
    value = value[key]
print(value)' "$1"
    fi
}

# The passphrase comes from a command: `pass show vault`, `gpg --decrypt vault.gpg`, or here from the demo's file.
# It is named for this one command; as long as it is set, a command asks it and not the session.
ipvault --quiet init vault --name Ada --passphrase-file passphrase
IPVAULT_PASSPHRASE_COMMAND="cat passphrase" ipvault --quiet unlock --store session --for 10m

echo "In: a line, and a whole archive, neither of which touches the disk on its way."
echo "1. A widget comprising a spring." | ipvault --quiet add - --name widget/claims.txt --type invention
tar -cf - -C "$checkout" LICENSE README.md | ipvault --quiet add - --name archive/documents.tar

echo "Out: the same archive to tar."
ipvault cat archive/documents.tar | tar -tf -

echo "Out: every item as one archive."
mkdir out
ipvault export --all --format tar -o - | tar -xf - -C out
find out -type f | sort

echo "Names, from the first column of the list; and every item as a line of JSON."
ipvault list | cut -f 1
ipvault list --jsonl --type invention | json name

echo "Where in the journal a change was recorded."
ipvault label widget/claims.txt --label secret --json | json journal.seq

echo "A decision by exit code."
code=0
ipvault --quiet cat widget/drawings.pdf 2>/dev/null >drawings.pdf || code=$?
case $code in
0) echo "There are drawings." ;;
13) echo "There are no drawings yet." ;;
*) fail "ipvault ended with $code; see: ipvault help exit-codes" ;;
esac

echo "Nothing was touched:"
ipvault verify --content
