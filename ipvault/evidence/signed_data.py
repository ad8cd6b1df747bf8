"""Signed data (CMS, RFC 5652) as a timestamp token has it: what the library that checks tokens does not look at."""

from __future__ import annotations

import hashlib
from typing import Final

from ipvault.evidence.der import SEQUENCE, Element, context, element, elements

_TIME_STAMP: Final = bytes.fromhex("2a864886f70d0109100104")
"""id-ct-TSTInfo, RFC 3161 §2.4.2; this and what follows are contents of object identifiers."""

_SIGNING_CERTIFICATE: Final = bytes.fromhex("2a864886f70d010910020c")  # RFC 2634: names it by SHA-1
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("2a864886f70d010910022f")  # RFC 5035
_NIST_HASHES: Final = bytes.fromhex("6086480165030402")
_SAFE_HASHES: Final = {
    _NIST_HASHES + bytes((number,)): name
    for number, name in (
        (1, "sha256"),
        (2, "sha384"),
        (3, "sha512"),
        (8, "sha3_256"),
        (9, "sha3_384"),
        (10, "sha3_512"),
    )
}


class SignedData:
    """What a token (DER) consists of. Its constructor and methods raise ValueError for what is no token."""

    def __init__(self, token: bytes) -> None:
        (content,) = elements(token)
        self._token = token
        try:
            wrapped = content.parts()[1].parts()[0]
            self._parts = wrapped.parts()
            self._content_type = self._parts[2].parts()[0].content
            self._signers = self._parts[-1].parts()
        except IndexError:
            raise ValueError("something is missing") from None

    def orderly(self) -> bytes:
        """The token with its certificates in DER's order, which OpenSSL does not keep to and no signature covers."""
        for part in self._parts[3:-1]:
            if part.tag == context(0):
                ordered = element(part.tag, b"".join(sorted(one.whole for one in part.parts())))
                return self._token.replace(part.whole, ordered, 1)
        return self._token

    def milliseconds(self) -> int:
        """The part of a second in the time that it says, rounded up; the library that reads tokens leaves it out."""
        info = elements(self._parts[2].parts()[1].parts()[0].content)[0].parts()
        fraction = info[4].content.decode("ascii").rstrip("Z").partition(".")[2]
        return -(-int(fraction.ljust(4, "0")) // 10 ** (max(len(fraction), 4) - 3)) if fraction else 0

    def is_timestamp(self) -> bool:
        """Whether it says of itself that it is one, and is signed by one authority."""
        return self._content_type == _TIME_STAMP and len(self._signers) == 1

    def has_safe_hash(self) -> bool:
        """Whether what is signed is a hash for which nobody can find other data."""
        return self._signer()[2].parts()[0].content in _SAFE_HASHES

    def names(self, certificate: bytes) -> bool:
        """Whether the signature covers that it was made with this certificate (DER), as RFC 3161 §2.4.2 asks for."""
        signed = self._signer()[3]
        if signed.tag != context(0):
            return False
        for attribute in signed.parts():
            kind, values = attribute.parts()
            if kind.content in (_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2):
                identifier = _descend(values, 0, 0, 0)
                return _is_named(identifier, certificate, is_first_form=kind.content == _SIGNING_CERTIFICATE)
        return False

    def _signer(self) -> list[Element]:
        """The parts of what the authority signed: version, its name, the hash, attributes and so on."""
        parts = self._signers[0].parts()
        if len(parts) < 4:
            raise ValueError("something is missing")
        return parts


def _descend(outer: Element, *path: int) -> Element:
    for number in path:
        parts = outer.parts()
        if number >= len(parts):
            raise ValueError("something is missing")
        outer = parts[number]
    return outer


def _is_named(identifier: Element, certificate: bytes, *, is_first_form: bool) -> bool:
    """Whether an ESSCertID or ESSCertIDv2 is that of a certificate."""
    first, *rest = identifier.parts()
    if is_first_form:
        return first.content == hashlib.sha1(certificate, usedforsecurity=False).digest()
    if first.tag != SEQUENCE:
        return first.content == hashlib.sha256(certificate).digest()
    name = _SAFE_HASHES.get(_descend(first, 0).content)
    return name is not None and bool(rest) and rest[0].content == hashlib.new(name, certificate).digest()
