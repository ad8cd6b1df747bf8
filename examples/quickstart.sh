#!/bin/sh
# The main job on real files: put them into a vault, find them, get them back unchanged, prove that nothing was touched,
# and see it noticed when something was. The vault stays, for you to explore.
#
#   sh examples/quickstart.sh            with this repository's own licence and documents
#   sh examples/quickstart.sh FOLDER     with everything in a folder of yours, which is only read
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
[ $# -gt 0 ] || set -- "$checkout/LICENSE" "$checkout/README.md" "$checkout/ipvault/docs"

for path; do
    shift
    set -- "$@" "$(absolute "$path")"
done
cd "$demo"

# A vault is a folder. A person would be asked for the passphrase here; a demonstration reads it from a file.
run ipvault init vault --name Ada --passphrase-file passphrase
run ipvault unlock --store session --passphrase-file passphrase

# Everything goes in together or not at all. --again stores equal files as often as they occur; links are skipped.
code=0
run ipvault add --recursive --again --type copyright --tag quickstart "$@" || code=$?
[ $code -eq 0 ] || [ $code -eq 3 ] || exit $code

run ipvault list
run ipvault search quickstart

# Out again, and compared with what went in.
run ipvault export --all -o out
for path; do
    if diff -r "$path" "out/$(basename "$path")"; then
        echo "Identical: $path"
    else
        echo "Of $path, what differs was skipped (links, special files, empty folders) or could not keep its name."
    fi
done

# Every record, every signature, every file; then every document decrypted.
run ipvault verify --content

# Whoever alters as little as one byte is found out, by anybody, without the passphrase. Here in a copy of the vault.
cp -R vault tampered
object=$(find tampered/objects -type f | head -n 1)
chmod u+w "$object"
byte=$(od -An -tu1 -j 100 -N 1 "$object")
printf "\\$(printf %03o $(((byte + 1) % 256)))" | dd of="$object" bs=1 seek=100 conv=notrunc 2>/dev/null
code=0
run ipvault --vault tampered verify --keyless || code=$?
[ $code -eq 20 ] || fail "verify ended with $code, but 20 was expected"
echo "Exit code 20: content is damaged or was altered."

cat <<EOF

The vault is yours to explore, and open without its passphrase for eight hours:

  PATH=$(quoted "$demo/bin"):\$PATH
  ipvault list
  ipvault status
  ipvault journal list
  ipvault --help

The passphrase is in $demo/passphrase. To be rid of it all:

  ipvault lock; rm -rf $(quoted "$demo")
EOF
