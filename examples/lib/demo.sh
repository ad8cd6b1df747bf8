# Read with `.` by the examples that need a vault. It leaves:
#
#   $checkout            the checkout that the example is in
#   $demo                a new folder for this run: build/demo.XXXXXX
#   $demo/bin/ipvault    on the PATH: ipvault on the vault $demo/vault, with settings of its own; yours stay as they are
#   $demo/passphrase     for the demonstration only: it protects nothing from whoever can read this file
#
# It installs the checkout into build/venv once. IPVAULT=/path/to/ipvault uses that ipvault instead and installs nothing.

. "$(dirname "$0")/lib/venv.sh"

# quoted TEXT: as one word of a shell command.
quoted() {
    printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

# absolute PATH: the same from any directory.
absolute() {
    if [ -d "$1" ]; then
        (cd "$1" && pwd)
    else
        echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
    fi
}

# run COMMAND…: show a command, then do it.
run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# expect CODE COMMAND…: show a command, then do it; it has to end with that exit code.
expect() {
    wanted=$1
    shift
    code=0
    run "$@" || code=$?
    [ "$code" -eq "$wanted" ] || fail "it ended with $code, but $wanted was expected"
    echo "Exit code $code."
}

checkout=$(absolute "$(dirname "$0")/..")
umask 077 # all that follows is for you alone
mkdir -p "$checkout/build"

program=${IPVAULT:-$checkout/build/venv/bin/ipvault}
if [ -z "${IPVAULT:-}" ] && ! "$program" --version >/dev/null 2>&1; then
    echo "Installing ipvault into $checkout/build/venv"
    new_venv "$checkout/build/venv"
    "$checkout/build/venv/bin/pip" install --quiet --disable-pip-version-check --editable "$checkout" ||
        fail "the packages could not be installed; examples/air-gapped.sh shows how to do without a package index"
fi

demo=$(mktemp -d "$checkout/build/demo.XXXXXX")
od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$demo/passphrase"
mkdir "$demo/bin"
cat >"$demo/bin/ipvault" <<EOF
#!/bin/sh
demo=$(quoted "$demo")
export IPVAULT_VAULT="\$demo/vault" XDG_CONFIG_HOME="\$demo/config" XDG_STATE_HOME="\$demo/state"
exec $(quoted "$program") "\$@"
EOF
chmod +x "$demo/bin/ipvault"
PATH=$demo/bin:$PATH
