"""One record as rules see it: opened no sooner than a rule asks for what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ipvault.vault.calendar import WEEKDAYS, Calendar

Told = Mapping[str, object]
"""What a record says: its fields, and what follows from them (see `FIELDS`)."""

PUBLIC: Final = ("class", "signer", "room")
FIELDS: Final = (
    *PUBLIC,
    *("action", "who", "item", "recipient", "bytes", "package", "request", "decision"),
    *("channel", "outcome", "label", "type", "role", "event", "destination", "hour", "weekday"),
)
"""What rules select, count and group by. Of `item` and `recipient` a record can have several."""

SIGNER_ACTS: Final = frozenset(("auth", "governance"))
"""Classes whose records can be about somebody else than whoever signed them."""


class Event:
    """Record `seq`, of a class, written by `signer` in a room at `time` (seconds since 1970).

    `calendar` is the one that applied then. `open` tells the rest, once.
    """

    __slots__ = ("_open", "_told", "calendar", "cls", "room", "seq", "signer", "time")

    def __init__(
        self,
        seq: int,
        time: float,
        cls: str,
        signer: str,
        room: str,
        calendar: Calendar,
        open_: Callable[[], Told],
    ) -> None:
        self.seq = seq
        self.time = time
        self.cls = cls
        self.signer = signer
        self.room = room
        self.calendar = calendar
        self._open = open_
        self._told: Told | None = None

    @property
    def told(self) -> Told:
        """What the record says; of one that cannot be read no more than its class."""
        if self._told is None:
            self._told = self._open()
        return self._told

    @property
    def action(self) -> str:
        """The kind of the record, or its class if it cannot be read."""
        return str(self.told["action"])

    @property
    def who(self) -> str:
        """Whom it is about: who signed it, or tried to unlock, or asked for what was answered."""
        return str(self.told["who"]) if self.cls in SIGNER_ACTS else self.signer

    def values(self, name: str) -> Iterable[str]:
        """The values of one of FIELDS; none where the record has no such field."""
        if name == "class":
            return (self.cls,)
        if name == "who":
            return (self.who,)
        if name == "signer":
            return (self.signer,)
        if name == "room":
            return (self.room,)
        if name == "hour":
            return (f"{self.calendar.local(self.time).hour}",)
        if name == "weekday":
            return (WEEKDAYS[self.calendar.local(self.time).weekday()],)
        value = self.told.get(name)
        if value is None:
            return ()
        return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)

    def amount(self, name: str) -> float:
        """How much of a field there is: the bytes, or of anything else how many."""
        if name == "bytes":
            size = self.told.get("bytes", 0)
            return size if isinstance(size, int) else 0
        return len(tuple(self.values(name)))
