"""How what is found in a document is named, and shown."""

from __future__ import annotations

import hashlib
from typing import Final

from ipvault.crypto.pae import pae

_SHOWN_PART: Final = 5
"""Of a secret at most every fifth character is shown, and at most _SHOWN of them."""

_SHOWN: Final = 4
_LONGEST: Final = 40


class Seal:
    """The whole content of a document: fingerprints of its findings depend on it, and none of them gives it away."""

    def __init__(self) -> None:
        self._content = hashlib.sha256()
        self._size = 0

    def update(self, block: bytes) -> None:
        """Take in more of the document."""
        self._size += len(block)
        self._content.update(block)

    @property
    def sha256(self) -> str:
        """The hash of what was taken in."""
        return self._content.hexdigest()

    def fingerprint(self, rule: str, secret: str) -> str:
        """The name of what `rule` found, when all of the document was taken in."""
        whole = self._content.copy()
        whole.update(
            pae("dlp-document", self._size)
        )  # behind the content, since hashes of contents are known to more people
        found = pae("dlp-finding", rule, secret.encode(errors="surrogatepass"), whole.digest())
        return hashlib.sha256(found).hexdigest()


def redacted(secret: str, *, whole: bool = False) -> str:
    """A secret with all but its last few letters and digits blotted out, or those too; what separates them stays."""
    characters = sum(c.isalnum() for c in secret)
    shown = 0 if whole else min(characters // _SHOWN_PART, _SHOWN)
    pieces: list[str] = []
    for character in reversed(secret):
        if not character.isalnum():
            pieces.append(character if character in " -./:" else "*")
        elif shown:
            shown -= 1
            pieces.append(character)
        else:
            pieces.append("*")
    text = "".join(reversed(pieces))
    return text if len(text) <= _LONGEST else f"{text[:12]}…{text[-12:]}"
