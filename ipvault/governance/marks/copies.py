"""The copy that a mark names, and the code that stands for it in every channel.

A code is the id of the copy and a truncated MAC, so that nobody makes one up without a key of the vault. In writing it
is base32 (RFC 4648) in five groups, such as 7KQ2-MB3A-…: 20 characters, of which the last carries one bit.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipvault.crypto import hkdf
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret

ID_SIZE: Final = 8
MAC_SIZE: Final = 4
CODE_SIZE: Final = ID_SIZE + MAC_SIZE

_GROUP: Final = 4
_PADDING: Final = "===="
_WRITTEN: Final = re.compile(r"(?<![A-Z0-9-])(?:[A-Z2-7]{4}-){4}[A-Z2-7]{4}(?![A-Z0-9-])")

_BETWEEN: Final = re.compile(r"[\s\u2010-\u2014-]")
_MISREAD: Final = str.maketrans("08", "OB")
_MAX_TYPED: Final = 64


class Copy(NamedTuple):
    """A copy that is to be made: its id (8 random bytes), the line that people see, and the key of its room's marks."""

    id: bytes
    visible: str
    key: Secret

    @property
    def code(self) -> bytes:
        """What is hidden in the copy: the id and the MAC."""
        return self.id + mac(self.key, self.id)

    @property
    def line(self) -> str:
        """What is seen on the copy: the visible text and the code."""
        return f"{self.visible} · {written(self.code)}" if self.visible else written(self.code)


def mac(key: Secret, copy: bytes) -> bytes:
    """The 32 bits that only somebody with the key can put behind the id of a copy."""
    return hkdf.expand(key, pae("mark", copy), MAC_SIZE).reveal()


def is_genuine(key: Secret, code: bytes) -> bool:
    """Whether a code was made with this key."""
    return hmac.compare_digest(mac(key, code[:ID_SIZE]), code[ID_SIZE:])


def written(code: bytes) -> str:
    """A code as people read it."""
    text = b32encode(code).decode().removesuffix(_PADDING)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def codes_in(text: str) -> Iterator[bytes]:
    """All codes that stand in a text, in their order."""
    for found in _WRITTEN.finditer(text):
        code = b32decode(found[0].replace("-", "") + _PADDING)
        if written(code) == found[0]:
            yield code


def typed_code(text: str) -> bytes | None:
    """The code that is all of a text, as people type it off paper: in lower case, with spaces, 0 for O and 8 for B.

    Base 32 has no 0 and no 8 (RFC 4648). A 1 stays what it is: it could be an I or an L.
    """
    if len(text) > _MAX_TYPED:
        return None
    plain = _BETWEEN.sub("", text).upper().translate(_MISREAD)
    groups = (plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
    return next(codes_in("-".join(groups)), None)
