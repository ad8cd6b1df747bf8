"""Pre-authentication encoding: an unambiguous encoding of a list of byte strings (as in PASETO and DSSE).

Every context and every signed message in ipvault is a PAE whose first part is `ipvault/v1/<kind>`, so that no blob and
no signature can stand in for one of another kind or place.
"""

from __future__ import annotations

PREFIX = b"ipvault/v1/"


def pae(kind: str, *parts: bytes | str | int) -> bytes:
    """Encode `ipvault/v1/<kind>` and `parts`: u64 LE count, then for each part u64 LE length and its bytes.

    Text is UTF-8; a number is its u64 LE bytes.
    """
    pieces = [(len(parts) + 1).to_bytes(8, "little")]
    for part in (PREFIX + kind.encode(), *parts):
        if isinstance(part, int):
            value = part.to_bytes(8, "little")
        else:
            value = part.encode() if isinstance(part, str) else part
        pieces += (len(value).to_bytes(8, "little"), value)
    return b"".join(pieces)
