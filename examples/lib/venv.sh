# Read with `.` by the examples that install something.

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# new_venv DIR: make a virtual environment with $PYTHON, or else python3; or say what is missing.
new_venv() {
    python=${PYTHON:-python3}
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "needs Python 3.11 or newer, and $python is not; PYTHON=/path/to/python names another"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
    "$python" -m venv --clear "$1"
}
