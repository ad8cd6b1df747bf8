"""What the authorities are called whose timestamps are in a bundle."""

from __future__ import annotations

from ipvault.crypto.certificates import name_of, read_certificates
from ipvault.errors import VaultError
from ipvault.evidence.bundle.verify import Bundle


def authority_name(bundle: Bundle, stamp: str) -> str:
    """The name of whoever signed a timestamp that was checked, as `timestamp list` has it.

    Where timestamps cannot be read here (they are an extra) or its certificates do not lead to the root that it was
    checked with, it is the name of that root.
    """
    root = read_certificates(bundle.authority(stamp))[0]
    place = f"timestamps/{stamp}"
    try:
        from ipvault.evidence.timestamp_token import Token, Trust, Untrusted
    except VaultError:
        return name_of(root)
    try:
        others = read_certificates(bundle.read(f"{place}/certificates.pem"))
        return name_of(Token(bundle.read(f"{place}/token.der"), place).check(Trust((root, *others)))[0])
    except (VaultError, Untrusted, ValueError):
        return name_of(root)
