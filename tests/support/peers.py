"""Programs of other projects that some tests need: found, or the reason why the test does not run."""

from __future__ import annotations

import os
import shutil

import pytest

PACKAGES = {
    "age": "age",
    "borg": "borgbackup",
    "chromium": "chromium",
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "go": "golang-go",
    "golang-x-mod": "golang-golang-x-mod-dev",
    "gpg": "gnupg",
    "gs": "ghostscript",
    "jq": "jq",
    "openssl": "openssl",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "restic": "restic",
    "strace": "strace",
}
"""Each program, and the Debian package that brings it; `.ci/run` installs them all."""

# Read once: the tests themselves run without any IPVAULT_ variable.
_REQUIRED = os.environ.get("IPVAULT_REQUIRE_PEERS") == "1"


def need(program: str, *, required: bool = _REQUIRED) -> str:
    """The path of `program`. Where it is missing the test is skipped, or fails if peers are required."""
    if path := shutil.which(program):
        return path
    reason = f"{program} is not installed (Debian package {PACKAGES[program]})"
    if required:
        pytest.fail(f"{reason}, and IPVAULT_REQUIRE_PEERS=1", pytrace=False)
    pytest.skip(reason)
