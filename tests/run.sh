#!/bin/sh
# Installs ipvault with its development tools into .venv and runs every check: style, types, tests.
#
#   sh tests/run.sh                    everything
#   sh tests/run.sh tests/crypto -x    only the tests; arguments go to pytest
#   sh tests/run.sh --cov              with branch coverage, which takes twice as long
#   sh tests/run.sh --exhaustive       every byte altered and every system call failed, not a twentieth of them
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# Tests of programs that are not installed here are skipped and say so; IPVAULT_REQUIRE_PEERS=1 makes them fail.
set -eu
cd "$(dirname "$0")/.."

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for candidate; do
        if suits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "tests/run.sh: needs Python 3.11 or newer; PYTHON=/path/to/python names one" >&2
    exit 1
}

python=.venv/bin/python
if ! suits $python || ! $python -c 'import pip' 2>/dev/null; then
    base=$(find_python)
    "$base" -m venv --clear .venv || {
        echo "tests/run.sh: $base cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2
        exit 1
    }
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
$python -m pip install --quiet --upgrade 'pip>=25.1' # the first that reads [dependency-groups]
$python -m pip install --quiet --editable '.[all]' --group dev
# The vectors are published with each release of cryptography.
$python -m pip install --quiet "cryptography-vectors==$($python -c 'import cryptography; print(cryptography.__version__)')"

if [ $# -gt 0 ]; then
    exec $python -m pytest -n auto "$@"
fi
$python -m ruff check .
$python -m ruff format --check .
$python -m mypy
exec $python -m pytest -n auto --dist worksteal # whoever is done first takes over tests of the others
