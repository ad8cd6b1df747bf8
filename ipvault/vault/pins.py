"""What this computer remembers of a vault, outside the vault: the last record that it has seen, and who we are in it.

A journal that does not hold that record any more was rolled back or forked. The pin is small JSON in a file of the
user's state directory, one per vault id; while the keyring keeps a session, the pin is there as well.
"""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from ipvault.errors import KeyringRefused, PinDamaged
from ipvault.journal.head import Head
from ipvault.storage.atomic import in_turn, replace_file
from ipvault.text import _

_LARGEST: Final = 2**63 - 1  # that a position in a file can be


class Pin(NamedTuple):
    """The head that was seen last, and the fingerprint of the member that this user is."""

    head: Head
    member: str


class PinMirror(Protocol):
    """A second place for pins, such as the system's keyring: whoever can write the state directory may not reach it."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> None: ...


class PinFile:
    """The pin of one vault, kept in `folder`, and in `mirror` where there is one."""

    def __init__(self, folder: Path, vault: str) -> None:
        self.path = folder / "vaults" / f"{vault}.json"
        self.mirror: PinMirror | None = None
        self._name = f"pin-{vault}"

    def read(self) -> Pin | None:
        """The pin, or None on a computer that has not seen the vault. What is none is `PinDamaged`.

        Of the two places the one that has seen more counts.
        """
        pins = [self._parse(data) for data in (self._from_file(), self._from_mirror()) if data is not None]
        return max(pins, key=lambda pin: pin.head.seq, default=None)

    def advance(self, pin: Pin) -> None:
        """Remember `pin`, durably; where another process has pinned more in the meantime, that stays."""
        with self.turn():
            if (known := self.read()) is not None and known.head.seq >= pin.head.seq:
                pin = Pin(known.head, pin.member)
            self.write(pin)

    def turn(self) -> AbstractContextManager[None]:
        """What processes do at the same time that read the pin and then write it, they do one after the other."""
        return in_turn(self.path)

    def write(self, pin: Pin) -> None:
        """Remember `pin`, durably, whatever was there."""
        content = {"seq": pin.head.seq, "hash": pin.head.hash, "offset": pin.head.offset, "member": pin.member}
        text = json.dumps(content)
        replace_file(self.path, text.encode())
        if self.mirror is not None:
            self.mirror.put(self._name, text)

    def _from_file(self) -> bytes | None:
        try:
            with open(self.path, "rb") as file:
                return file.read(4096)
        except FileNotFoundError:
            return None

    def _from_mirror(self) -> bytes | None:
        if self.mirror is None:
            return None
        try:
            text = self.mirror.get(self._name)
        except KeyringRefused:
            return None
        return None if text is None else text.encode()

    def _parse(self, data: bytes) -> Pin:
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
