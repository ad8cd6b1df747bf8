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

# A vault is a folder. Nobody can open it without the passphrase, which a person would be asked for here.
run ipvault init "$demo/vault" --name "Ada Lovelace" --passphrase-file "$demo/passphrase"
run ipvault unlock --store session --passphrase-file "$demo/passphrase"

# Everything goes in together or not at all; --again stores equal files as often as they occur. Links are skipped.
code=0
run ipvault add --recursive --again --type copyright --tag quickstart "$@" || code=$?
[ $code -eq 0 ] || [ $code -eq 3 ] || exit $code

run ipvault list
run ipvault search quickstart

# Out again, and compared with what went in.
run ipvault export --all -o "$demo/out"
for path; do
    copy=$demo/out/$(basename "$(cd "$(dirname "$path")" && pwd)/$(basename "$path")")
    if diff -r "$path" "$copy"; then
        echo "Identical: $path"
    else
        echo "What differs, above, was skipped (links, special files) or could not keep its name."
    fi
done

# Every record, every signature, every file; then every document decrypted.
run ipvault verify --content

# Whoever alters so much as one byte is found out, by anybody, without the passphrase. Here in a copy of the vault.
cp -R "$demo/vault" "$demo/tampered"
object=$(find "$demo/tampered/objects" -type f | head -n 1)
chmod u+w "$object"
printf x >>"$object"
code=0
run ipvault --vault "$demo/tampered" verify --keyless || code=$?
echo "Exit code $code: content damaged or altered, as it should say."
[ $code -eq 20 ]

cat <<EOF

The vault is yours to explore, and open without the passphrase for eight hours:

  PATH=$(quoted "$demo/bin"):\$PATH
  ipvault list
  ipvault history $(basename "$1")
  ipvault journal list
  ipvault status
  ipvault --help

Its passphrase is in $demo/passphrase. To be rid of it all:

  ipvault lock; rm -rf $(quoted "$demo")
EOF
