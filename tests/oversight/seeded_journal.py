"""Journals of an office in which somebody has hidden what rules are to find, the same for the same seed.

Each is sealed and signed by those who work there, and read back through the chain; whether a record fits those before
it is not checked, since rules do not ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final, NamedTuple

from ipvault.journal.commit import sign_transaction
from ipvault.keys.identity import Identity
from ipvault.oversight.insight.engine import evaluate
from ipvault.oversight.insight.finding import Finding
from ipvault.oversight.insight.observing import events
from ipvault.oversight.insight.rule import Rule
from ipvault.records.access import ContentReleased
from ipvault.records.authentication import Unlocked, UnlockFailed
from ipvault.records.base import Place, Record
from ipvault.records.decisions import OVERRIDDEN, ReleaseDecided, ReleaseRequested, RequestDenied
from ipvault.records.items import ItemRemoved
from ipvault.records.packages import PackageShared
from ipvault.records.upkeep import RollbackAccepted, TailSetAside
from ipvault.records.vocabulary import EDITOR
from ipvault.vault.clock import timestamp
from ipvault.vault.drafting import draft
from ipvault.vault.vault import Vault
from tests.records.examples import example
from tests.support.memory_vault import MemoryVault
from tests.support.people import Person, let_in, room_called

START: Final = 1_801_440_000
"""A Monday, 2027-02-01, at midnight UTC."""

DAY, HOUR, MINUTE = 86_400, 3_600, 60
PEOPLE: Final = ("Bea", "Cleo", "Dave", "Emil")


@dataclass
class Act:
    """A transaction to be written, and the incidents that it is part of."""

    time: float
    who: int
    records: list[Record]
    incident: int | None = None


class Incident(NamedTuple):
    """What somebody hid, by the rule that is to find it, and in which records."""

    rule: str
    records: frozenset[int]


class Score(NamedTuple):
    """How a rule did: incidents that it found and missed, findings that nothing explains."""

    rule: str
    hits: int
    misses: int
    alarms: int
    explained: int

    def added_to(self, other: Score | None) -> Score:
        """How it did in several journals."""
        return (
            self if other is None else Score(self.rule, *(sum(pair) for pair in zip(self[1:], other[1:], strict=True)))
        )

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 1.0

    @property
    def precision(self) -> float:
        return self.explained / (self.explained + self.alarms) if self.explained + self.alarms else 1.0


@dataclass
class Office:
    """Five people, what they do day by day, and what is hidden in it."""

    chance: Random
    memory: MemoryVault
    vault: Vault
    signers: list[Identity]
    acts: list[Act] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    @classmethod
    def make(cls, seed: int) -> Office:
        memory = MemoryVault.create()
        ada, people = memory.open(), [Person.named(name) for name in PEOPLE]
        for person in people:
            let_in(ada, person, EDITOR)
        return cls(Random(seed), memory, ada, [ada.identity, *(person.identity for person in people)])  # noqa: S311

    def member(self, who: int) -> str:
        return self.signers[who].public.fingerprint

    def id(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"

    def act(self, time: float, who: int, *records: Record, incident: int | None = None) -> None:
        self.acts.append(Act(time, who, list(records), incident))

    def unlock(
        self, time: float, who: int, failures: int = 0, incident: int | None = None, *, opens: bool = True
    ) -> None:
        """Attempts ten seconds apart."""
        for _failure in range(failures):
            self.act(time, who, self._attempt(UnlockFailed, who, time), incident=incident)
            time += 10
        if opens:
            self.act(time, who, self._attempt(Unlocked, who, time), incident=incident)

    def release(self, time: float, who: int, items: int = 1, incident: int | None = None) -> None:
        made = example(ContentReleased)
        for _item in range(items):
            self.act(time, who, _with(made, item=self.id(), channel="cat"), incident=incident)
            time += self.chance.uniform(1, 8)

    def share(self, time: float, who: int, incident: int | None = None, outcome: str = "allowed") -> str:
        """To one of the usual recipients; the item."""
        item, decision = self.id(), self.id()
        to = f"{self.chance.randrange(1, 6):064x}"
        decided = _with(example(ReleaseDecided), decision=decision, outcome=outcome)
        shared = _with(example(PackageShared), items=(item,), recipients=(to,), unverified=(), decision=decision)
        self.act(time, who, decided, shared, incident=incident)
        return item

    def work(self, days: int, silent: dict[int, tuple[int, int]]) -> None:
        """Ordinary days: mornings at which somebody mistypes, hours of reading, a share now and then, and sometimes
        much to do, or a late evening, which rules cannot tell from an incident.
        """
        for day in range(days):
            for who in range(len(self.signers)):
                start, end = silent.get(who, (0, 0))
                if day % 7 >= 5 or start <= day < end or self.chance.random() < 0.08:
                    continue
                morning = START + day * DAY + (8 + who * 0.4) * HOUR + self.chance.gauss(0, 20 * MINUTE)
                self.unlock(morning, who, failures=self.chance.choice((0, 0, 0, 0, 1, 2)))
                busy = 3 if self.chance.random() < 0.03 else 1
                for _reading in range(busy * self.chance.randrange(2, 8)):
                    self.release(morning + self.chance.uniform(0.1, 9) * HOUR, who)
                if self.chance.random() < 0.02:
                    self.release(morning + self.chance.uniform(11, 13) * HOUR, who, 2)
                if self.chance.random() < 0.06:
                    at = morning + self.chance.uniform(1, 8) * HOUR
                    self.act(at + 3 * DAY, who, _with(example(ItemRemoved), item=self.share(at, who)))

    def hide(self, rule: str) -> int:
        """Begin an incident; its number."""
        self.rules.append(rule)
        return len(self.rules) - 1

    def _attempt(self, kind: type[Record], who: int, time: float) -> Record:
        attempt = f"{self.chance.getrandbits(64):016x}"
        return _with(example(kind), attempt=attempt, member=self.member(who), at=timestamp(time))

    def written(self) -> list[Incident]:
        """Write all acts in the order of their times, but for those of clocks that go back; what was hidden where."""
        seqs: dict[int, set[int]] = defaultdict(set)
        head, lines = self.vault.catalog.head, []
        known: set[str] = set()
        root, main = (room_called(self.vault, name) for name in ("root", "main"))
        for act in sorted(self.acts, key=lambda act: act.time):
            drafts = []
            for seq, record in enumerate(act.records, head.seq + 1):
                room = main if record.CLASS in ("access", "item", "governance") else root
                drafts.append(draft(record, self.vault.keys.present(room.id, 1)))
                if isinstance(record, ReleaseRequested):  # which the catalog tells of, that nobody follows here
                    signer = self.member(act.who)
                    record.project(self.vault.catalog.view, Place(seq, "", signer, room.id, 1, seq))
                if isinstance(record, PackageShared) and record.recipients[0] not in known:
                    known.add(record.recipients[0])
                    seqs[self.hide("new-recipient")].add(seq)
                if act.incident is not None:
                    seqs[act.incident].add(seq)
            back = HOUR if act.incident is not None and self.rules[act.incident] == "clock-went-back" else 0
            made, head = sign_transaction(
                self.vault.id,
                head,
                drafts,
                signer=self.member(act.who),
                key=self.signers[act.who].signing_key,
                time=timestamp(act.time - back),
                random=self.vault.machine.random,
            )
            lines += made
        self.vault.store.append_journal(b"".join(lines), self.vault.catalog.head.offset)
        return [Incident(rule, frozenset(seqs[number])) for number, rule in enumerate(self.rules)]


def seeded(seed: int, days: int = 150) -> tuple[Vault, list[Incident]]:
    """A journal of so many days, and what is hidden in it."""
    office = Office.make(seed)
    chance = office.chance
    sleeper = chance.randrange(1, len(office.signers))
    others = [one for one in range(len(office.signers)) if one != sleeper]
    silent = {sleeper: (days - 75, days)}
    office.work(days, silent)
    for rule in ("failed-unlocks", "guessed-unlock", "many-documents", "off-hours", "unusual-volume") * 2:
        week = START + (chance.randrange(days // 14, days // 7) * 7) * DAY
        _hide(office, rule, week + chance.randrange(5) * DAY, chance.choice(others))
    for rule in ("shared-then-removed", "repeated-denials", "repeated-overrides", "write-interrupted"):
        _hide(office, rule, START + chance.randrange(days // 7) * 7 * DAY, chance.choice(others))
    for rule in ("rollback-accepted", "clock-went-back"):
        _hide(office, rule, START + chance.randrange(days // 7) * 7 * DAY, 0)
    office.release(START + (days - 7) * DAY + 11 * HOUR, sleeper, incident=office.hide("dormant-member"))
    return office.vault, office.written()


def _hide(office: Office, rule: str, day: float, who: int) -> None:
    """Put an incident into a day, where it goes together with the work of that day."""
    chance, incident = office.chance, office.hide(rule)
    noon = day + 12 * HOUR + chance.uniform(0, 2) * HOUR
    match rule:
        case "failed-unlocks":
            office.unlock(noon, who, chance.randrange(5, 12), incident, opens=False)
        case "guessed-unlock":
            office.unlock(noon, who, chance.randrange(5, 9), incident)
        case "many-documents":
            office.release(noon, who, chance.randrange(22, 60), incident)
        case "off-hours":
            night = day + chance.uniform(1, 4) * HOUR
            office.unlock(night, who, incident=incident)
            office.release(night + MINUTE, who, 3, incident)
        case "unusual-volume":
            for hour in range(6):
                office.release(day + (9 + hour) * HOUR, who, 8, incident)
        case "shared-then-removed":
            item = office.share(noon, who, incident)
            office.act(noon + 3 * HOUR, who, _with(example(ItemRemoved), item=item), incident=incident)
        case "repeated-denials":
            for n in range(3):
                request = office.id()
                asked = _with(example(ReleaseRequested), request=request, items=(office.id(),), versions=(1,))
                office.act(noon + n * DAY, who, asked)
                denied = _with(example(RequestDenied), request=request)
                office.act(noon + n * DAY + HOUR, 0, denied, incident=incident)
        case "repeated-overrides":
            for n in range(3):
                office.share(noon + n * DAY, who, incident, OVERRIDDEN)
        case "write-interrupted":
            office.act(noon, who, example(TailSetAside), incident=incident)
        case "rollback-accepted":
            office.act(noon, who, example(RollbackAccepted), incident=incident)
        case "clock-went-back":
            office.release(noon, who, incident=incident)


def scores(vault: Vault, incidents: list[Incident], rules: tuple[Rule, ...]) -> Iterator[Score]:
    """How each rule did. A finding is explained by any incident with its records, whichever rule that was meant for."""
    found = evaluate(events(vault), rules).findings
    hidden = frozenset[int]().union(*(one.records for one in incidents))
    for rule in rules:
        mine = [one for one in found if one.rule == rule.id]
        meant = [one for one in incidents if one.rule == rule.id]
        hits = sum(any(_concerns(one, incident.records) for one in mine) for incident in meant)
        explained = sum(_concerns(one, hidden) for one in mine)
        yield Score(rule.id, hits, len(meant) - hits, len(mine) - explained, explained)


def _concerns(finding: Finding, records: frozenset[int]) -> bool:
    return not records.isdisjoint((*finding.records, finding.last))


def _with(record: Record, **fields: Any) -> Record:
    return replace(record, **fields)
