"""Python, ipvault and the cryptography under it: which versions, and whether they are supported."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, date, datetime

from ipvault import __version__
from ipvault.oversight.finding import Finding
from ipvault.text import _

_CRYPTOGRAPHY = (50,)
_END_OF_SUPPORT = {  # https://devguide.python.org/versions/
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}


def versions(now: float, openssl: str | None) -> list[Finding]:
    """One finding each; `openssl` is what cryptography says of the OpenSSL inside it, if that was asked.

    No version of OpenSSL is judged here: cryptography does not load with one that it does not support.
    """
    return [
        _python(now),
        Finding("ipvault", "ok", f"ipvault {__version__}"),
        _cryptography(),
        _openssl(openssl),
    ]


def _python(now: float) -> Finding:
    version = platform.python_version()
    end = _END_OF_SUPPORT.get(sys.version_info[:2])
    if end is None:
        what = _("Python {version}; this ipvault does not know how long it is supported").format(version=version)
        return Finding("python", "unknown", what)
    if datetime.fromtimestamp(now, UTC).date() > end:
        what = _("Python {version} has had no security updates since {end}").format(version=version, end=end)
        return Finding("python", "warning", what, _("install a newer Python"))
    return Finding("python", "ok", _("Python {version}, supported until {end}").format(version=version, end=end))


def _cryptography() -> Finding:
    from importlib import metadata

    try:
        version = metadata.version("cryptography")
    except metadata.PackageNotFoundError:
        return Finding("cryptography", "unknown", _("the version of the cryptography library cannot be seen"))
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if numbers < _CRYPTOGRAPHY:
        what = _("cryptography {version} is older than this ipvault supports").format(version=version)
        return Finding("cryptography", "problem", what, _("install cryptography 50 or newer"))
    return Finding("cryptography", "ok", f"cryptography {version}")


def _openssl(version: str | None) -> Finding:
    if version is None:
        return Finding("openssl", "unknown", _("the OpenSSL inside the cryptography library cannot be seen"))
    return Finding("openssl", "ok", version)
