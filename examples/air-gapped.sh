#!/bin/sh
# Installing ipvault on a machine that has no network.
#
#   sh examples/air-gapped.sh pack [DIR]          on a connected machine: everything needed, in DIR (build/wheelhouse)
#   sh DIR/air-gapped.sh install [VENV]           on the other machine: into a new VENV (~/ipvault), from DIR alone
#
# Both machines need the same system, processor and Python version (3.11 or newer; PYTHON=/path/to/python names one).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib/venv.sh"

# The checksums find a damaged copy. Carry SHA256SUMS another way, or read it out, to find an exchanged one as well.
pack() {
    mkdir -p "$1/lib"
    wheelhouse=$(cd "$1" && pwd)
    builder=$(mktemp -d)
    trap 'rm -rf "$builder"' EXIT
    new_venv "$builder"
    "$builder/bin/pip" wheel --quiet --disable-pip-version-check --wheel-dir "$wheelhouse" "$here/.."
    cp "$here/air-gapped.sh" "$wheelhouse"
    cp "$here/lib/venv.sh" "$wheelhouse/lib"
    (cd "$wheelhouse" && sha256sum ./*.whl >SHA256SUMS)
    echo "Carry $wheelhouse to the other machine, and there: sh wheelhouse/air-gapped.sh install"
}

install() {
    (cd "$here" && sha256sum --check --quiet SHA256SUMS) || fail "the wheelhouse is damaged"
    new_venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$here" ipvault ||
        fail "these packages were made for another system or Python version; see $here"
    "$1/bin/ipvault" --version
    echo "Installed. Next: $1/bin/ipvault doctor"
}

case ${1:-} in
pack) pack "${2:-$here/../build/wheelhouse}" ;;
install) install "${2:-$HOME/ipvault}" ;;
*) fail "usage: sh air-gapped.sh pack [DIR] | install [VENV]" ;;
esac
