"""Pre-authentication encoding: an unambiguous encoding of a list of byte strings (as in PASETO and DSSE).

Every context and every signed message in ipvault is a PAE whose first part is `ipvault/v1/<kind>`, so that no blob and
no signature can stand in for one of another kind or place.
"""

from __future__ import annotations

import struct

PREFIX = b"ipvault/v1/"


def pae(kind: str, *parts: bytes | str | int) -> bytes:
    """Encode `ipvault/v1/<kind>` and `parts`: u64 LE count, then for each part u64 LE length and its bytes.

    Text is UTF-8; a number is its u64 LE bytes.
    """
    encoded = [PREFIX + kind.encode()]
    for part in parts:
        if isinstance(part, int):
            encoded.append(struct.pack("<Q", part))
        else:
            encoded.append(part.encode() if isinstance(part, str) else part)
    pieces = [struct.pack("<Q", len(encoded))]
    for value in encoded:
        pieces.append(struct.pack("<Q", len(value)))
        pieces.append(value)
    return b"".join(pieces)
