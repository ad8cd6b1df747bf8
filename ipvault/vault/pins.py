"""What this computer remembers of a vault, outside the vault: the last record that it has seen, and who we are in it.

A journal that does not hold that record any more was rolled back or forked. The file is small JSON in the user's state
directory, one per vault id.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ipvault.errors import PinDamaged
from ipvault.journal.head import Head
from ipvault.storage.atomic import replace_file
from ipvault.text import _

_LARGEST: Final = 2**63 - 1  # that a position in a file can be


@dataclass(frozen=True, slots=True)
class Pin:
    """The head that was seen last, and the fingerprint of the member that this user is."""

    head: Head
    member: str


class PinFile:
    """The pin of one vault, kept in `folder`."""

    def __init__(self, folder: Path, vault: str) -> None:
        self.path = folder / "vaults" / f"{vault}.json"

    def read(self) -> Pin | None:
        """The pin, or None on a computer that has not seen the vault. A file that is none is `PinDamaged`."""
        try:
            with open(self.path, "rb") as file:
                data = file.read(4096)
        except FileNotFoundError:
            return None
        try:
            content = json.loads(data)
            head, member = Head(content["seq"], content["hash"], content["offset"]), content["member"]
            if any(type(n) is not int or not 0 <= n <= _LARGEST for n in (head.seq, head.offset)):
                raise ValueError(data)
            if not all(re.fullmatch("[0-9a-f]{64}", text) for text in (head.hash, member)):
                raise ValueError(data)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise PinDamaged(place=str(self.path), reason=_("it is not what ipvault remembers of a vault")) from None
        return Pin(head, member)

    def write(self, pin: Pin) -> None:
        """Remember `pin`, durably."""
        content = {"seq": pin.head.seq, "hash": pin.head.hash, "offset": pin.head.offset, "member": pin.member}
        replace_file(self.path, json.dumps(content).encode())
