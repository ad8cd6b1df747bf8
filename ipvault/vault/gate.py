"""What the one way out asks before anything passes: the request, the verdicts, and the decision that is recorded.

Who judges is passed in: the gate itself is in `governance`, above this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Version, items_of
from ipvault.catalog.recipients import Recipient, by_fingerprint
from ipvault.errors import ApprovalNeeded, Conflict, GateClosed
from ipvault.journal.canonical import JsonValue, canonical
from ipvault.records.decisions import ReleaseDecided
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.findings import Scan
from ipvault.vault.marking import Marking
from ipvault.vault.vault import Vault

PASSED: Final = "passed"
NEEDS: Final = "needs"
BLOCKED: Final = "blocked"
"""What a check says: nothing against it; not before somebody has done something; no."""

OVERRIDE: Final = "override"
"""What a verdict is called that an override lacks an approval."""

REFUSED: Final = "refused"
"""The outcome of a decision with which nothing leaves; the others are those of `ReleaseDecided`."""

_PER_RECORD: Final = 500
"""Verdicts that one record holds; more take several."""


class Request(NamedTuple):
    """What somebody asks for: these versions, by this way out, to these recipients, on these terms.

    Times are RFC 3339; `expires` can be empty. `requester` is a fingerprint. `override` is why the policy is not to
    count this time, `basis` on which basis what is export-controlled may go; both can be empty. `scans` is what was
    found in the documents, and `marks` what came of marking them, by the ids of their objects; None as long as they
    were not read.
    """

    channel: str
    versions: tuple[tuple[Item, Version], ...]
    recipients: tuple[Recipient, ...]
    expires: str
    purpose: str
    requester: str
    at: str
    override: str = ""
    basis: str = ""
    scans: Mapping[str, Scan] | None = None
    marks: Mapping[str, Marking] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over what an approval is for: not who asks, nor when, nor why, unless that is to override the policy.

        Labels and tags are part of it, since the policy goes by them, and so is which version is the newest.
        """
        versions = sorted(
            (item.id, version.number, version.sha256, item.version, item.label, item.tag_lines)
            for item, version in self.versions
        )
        asked: dict[str, JsonValue] = {
            "channel": self.channel,
            "versions": [list(version) for version in versions],
            "recipients": [*sorted(one.fingerprint for one in self.recipients)],
            "expires": self.expires,
            "purpose": self.purpose,
            "override": self.override,
            "basis": self.basis,
        }
        return hashlib.sha256(canonical(asked)).hexdigest()

    def without_names(self) -> Request:
        """The same with ids in place of the names of items: the journal keeps decisions, and may forget names."""
        versions = [(item._replace(name=item.id[:SHORT_ID]), version) for item, version in self.versions]
        return self._replace(versions=tuple(versions))


class Verdict(NamedTuple):
    """What one check says about a subject: the id of an item, a fingerprint, or nothing where it is about all.

    `reason` is why, `remedy` what would change it; the latter is empty for what passed.
    """

    check: str
    outcome: str
    subject: str
    reason: str
    remedy: str = ""


class Decision(NamedTuple):
    """What follows from the verdicts under a version of the policy: allowed, overridden or refused."""

    policy: int
    outcome: str
    verdicts: tuple[Verdict, ...]

    def against(self) -> list[Verdict]:
        """The verdicts that something is not as the policy asks for it."""
        return [verdict for verdict in self.verdicts if verdict.outcome != PASSED]

    def first(self) -> list[Verdict]:
        """Of those, the ones to see to first: nobody is to be asked for what is blocked."""
        return [verdict for verdict in self.verdicts if verdict.outcome == BLOCKED] or self.against()

    def records(self, id_: str, request: Request) -> Iterable[tuple[ReleaseDecided, str]]:
        """How the journal keeps it: what is about the items of a room stands in that room (an id)."""
        rooms: dict[str, set[str]] = {}
        for item, _version in request.versions:
            rooms.setdefault(item.room, set()).add(item.id)
        items = {item.id for item, _version in request.versions}
        asked = request.digest
        for room, mine in rooms.items():
            verdicts = [one for one in self.verdicts if one.subject not in items - mine]
            for start in range(0, len(verdicts), _PER_RECORD):
                yield self._record(id_, request, asked, verdicts[start : start + _PER_RECORD]), room

    def _record(self, id_: str, request: Request, asked: str, verdicts: Sequence[Verdict]) -> ReleaseDecided:
        return ReleaseDecided(
            decision=id_,
            policy=self.policy,
            channel=request.channel,
            outcome=self.outcome,
            request=asked,
            reason=request.override,
            checks=tuple(one.check for one in verdicts),
            outcomes=tuple(one.outcome for one in verdicts),
            subjects=tuple(one.subject for one in verdicts),
            reasons=tuple(one.reason for one in verdicts),
        )


class Way(NamedTuple):
    """How something is to leave: by `channel` to `destination`, and what the gate has to know about that.

    The destination of a package is its id, which follows from what leaves: see `release`.

    `decision` is the id that the decision gets; `expires`, `purpose`, `override` and `basis` are those of `Request`.
    """

    decision: str
    channel: str
    destination: str
    recipients: tuple[Recipient, ...] = ()
    expires: str = ""
    purpose: str = ""
    override: str = ""
    basis: str = ""


Judge = Callable[[Request, Catalog], Decision]
"""Judges a request by the records. Raises nothing for a request that it refuses: that is an answer too."""


def examine(
    vault: Vault,
    wanted: Iterable[tuple[Item, Version]],
    way: Way,
    judge: Judge,
    scans: Mapping[str, Scan] | None = None,
    marks: Mapping[str, Marking] | None = None,
) -> tuple[Request, Decision]:
    """What is asked, and what is said to it. Raises what `asked` does."""
    request = asked(vault, wanted, way, scans, marks)
    return request, judge(request, vault.catalog)


def asked(
    vault: Vault,
    wanted: Iterable[tuple[Item, Version]],
    way: Way,
    scans: Mapping[str, Scan] | None = None,
    marks: Mapping[str, Marking] | None = None,
) -> Request:
    """What is asked, by what the records say now of items and recipients.

    Raises `Conflict` for what is not there any more.
    """
    catalog, wanted = vault.catalog, tuple(wanted)
    items = items_of(catalog, [item.id for item, _version in wanted])
    for item, _version in wanted:
        if item.id not in items or items[item.id].room != item.room:
            raise Conflict(problem=_("{name} left its room a moment ago; nothing was released").format(name=item.name))
    return Request(
        way.channel,
        tuple((items[item.id], version) for item, version in wanted),
        tuple(by_fingerprint(catalog, one.fingerprint) or one for one in way.recipients),
        way.expires,
        way.purpose,
        vault.member,
        timestamp(vault.machine.now()),
        way.override,
        way.basis,
        scans,
        marks,
    )


def let_pass(decision: Decision) -> None:
    """Raises `ApprovalNeeded` or `GateClosed` for a decision that refuses: the first if people can put that right."""
    if decision.outcome != REFUSED:
        return
    first = decision.first()
    kind = ApprovalNeeded if all(verdict.outcome == NEEDS for verdict in first) else GateClosed
    problems = dict.fromkeys(verdict.reason for verdict in decision.against())
    wanted = [verdict for verdict in decision.verdicts if verdict.check == OVERRIDE] or first
    remedies = dict.fromkeys(verdict.remedy for verdict in wanted if verdict.remedy)
    raise kind(problems="; ".join(problems), remedies="; ".join(remedies))
