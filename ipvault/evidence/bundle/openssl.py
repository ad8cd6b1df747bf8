"""What only the program `openssl` can say: ML-DSA-44 signatures, and timestamps."""

from __future__ import annotations

import calendar
import os
import re
import shutil
import subprocess
import tempfile
import time

MLDSA44_SIGNATURE = 2420
"""Bytes of an ML-DSA-44 signature (FIPS 204, table 2)."""


def openssl_mldsa44(public: bytes, signature: bytes, message: bytes) -> bool | None:
    """Whether this is the signature of a public key over a message; None where openssl is not here, or too old, and
    all that is known is that it is as long as a signature.
    """
    if len(signature) != MLDSA44_SIGNATURE:
        return False
    with tempfile.TemporaryDirectory() as folder:
        key_file = _written(folder, "key", bytes.fromhex("30820532300b06096086480165030403110382052100") + public)
        if not _openssl("pkey", "-pubin", "-inform", "DER", "-in", key_file, "-noout"):
            return None
        files = ("-in", _written(folder, "message", message), "-sigfile", _written(folder, "signature", signature))
        return _openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key_file, "-rawin", *files)


def openssl_timestamp(token: bytes, of: bytes | str, authority: bytes, chain: bytes) -> int | None:
    """When an authority saw data, or a digest in hexadecimal, in seconds since 1970; None where openssl is not here.

    It is checked as of the time that the token names, because certificates run out. Raises `ValueError` for one that is
    wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        what = ["-digest", of] if isinstance(of, str) else ["-data", _written(folder, "data", of)]
        file = _written(folder, "token", token)
        said = _said_by_openssl("ts", "-reply", "-in", file, "-token_in", "-text")
        if said is None:
            return None
        when = re.search(b"^Time stamp: (.{15})[^ ]* ([0-9]{4}) GMT$", said.stdout, re.MULTILINE)
        if not when:
            raise ValueError(token)
        at = calendar.timegm(time.strptime(b" ".join(when.groups()).decode(), "%b %d %H:%M:%S %Y"))
        trust = ("-CAfile", _written(folder, "authority", authority), "-untrusted", _written(folder, "chain", chain))
        if not _openssl("ts", "-verify", "-in", file, "-token_in", *what, "-attime", str(at), *trust):
            raise ValueError(token)
        return at


def _written(folder: str, name: str, data: bytes) -> str:
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def _openssl(*arguments: str) -> bool | None:
    """Whether openssl says yes; None where there is none."""
    said = _said_by_openssl(*arguments)
    return None if said is None else said.returncode == 0


def _said_by_openssl(*arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    openssl = shutil.which("openssl")
    return subprocess.run([openssl, *arguments], capture_output=True, check=False) if openssl else None  # noqa: S603
