"""What a detector keeps of the events of a group: those of a time, and no more groups than memory allows.

Time is that of the records, so it can go back. A window forgets what lies ahead of the present event then, and the rule
about clocks tells of it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Final, Generic, NamedTuple, TypeVar

from ipvault.oversight.insight.finding import MAX_CITED

MAX_GROUPS: Final = 100_000
"""Members, items or recipients, or pairs of them, that are kept in mind at the same time."""

Group = tuple[str, ...]


class Seen(NamedTuple):
    """An event that counts: its record, when it was (seconds since 1970), who signed it, and how much it adds."""

    seq: int
    time: float
    signer: str
    amount: float = 1


class Window:
    """Events of a time up to the last one, and what they come to."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque()
        self.total: float = 0

    def __iter__(self) -> Iterator[Seen]:
        return iter(self._seen)

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def last(self) -> Seen:
        return self._seen[-1]

    def add(self, seen: Seen, timespan: float) -> None:
        """Take in an event, and drop what is not within the timespan before it."""
        kept = self._seen
        while kept and not 0 <= seen.time - kept[0].time <= timespan:
            self.total -= kept.popleft().amount
        while kept and kept[-1].time > seen.time:
            self.total -= kept.pop().amount
        kept.append(seen)
        self.total += seen.amount
        if len(kept) > MAX_CITED:  # the oldest two count as one, at the time of the later
            first = kept.popleft()
            kept[0] = kept[0]._replace(amount=kept[0].amount + first.amount)

    def keep(self, count: int) -> None:
        """Drop the oldest until there are so many."""
        while len(self._seen) > count:
            self.total -= self._seen.popleft().amount


T = TypeVar("T")


class Windows(Generic[T]):
    """Something for each group; of too many groups those are forgotten that were used least lately."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._of: OrderedDict[Group, T] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, group: Group) -> T:
        """That of a group, made if there is none."""
        found = self._of.get(group)
        if found is None:
            found = self._of[group] = self._make()
            if len(self._of) > MAX_GROUPS:
                self._of.popitem(last=False)
        else:
            self._of.move_to_end(group)
        return found

    def get(self, group: Group) -> T | None:
        """That of a group, if there is one."""
        return self._of.get(group)

    def pop(self, group: Group) -> None:
        """Forget that of a group."""
        del self._of[group]
