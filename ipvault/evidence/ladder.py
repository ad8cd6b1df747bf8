"""How far it reaches that nothing of a journal was altered: who outside the vault vouches for how many records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from ipvault.catalog.anchors import Anchor, anchors
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.roster import identities_at, member
from ipvault.catalog.standing import disregarded
from ipvault.errors import ExitCode, HeadRefused
from ipvault.evidence.forks import Said, is_continued, refuse_stranger, said_by
from ipvault.evidence.heads import half_signed
from ipvault.evidence.journal_tree import JournalTree
from ipvault.evidence.witnessed_heads import signed_head
from ipvault.journal.checkpoint import Checkpoint
from ipvault.keys.card import Card
from ipvault.records.vocabulary import TIMESTAMP, WITNESS
from ipvault.storage.store import JOURNAL
from ipvault.text import _, ngettext, program
from ipvault.vault.verification.report import Report

if TYPE_CHECKING:
    from ipvault.evidence.timestamp_token import Trust

KNOWN_HEAD: Final = "known-head"
THIS_COMPUTER: Final = "this-computer"


class Rung(NamedTuple):
    """Somebody vouches for the first `records` records: of which kind, who that is, and since when (or empty)."""

    kind: str
    records: int
    name: str = ""
    time: str = ""


class KnownHead(NamedTuple):
    """A checkpoint that the verifier brings, and where it is."""

    checkpoint: Checkpoint
    place: str


@dataclass(slots=True)
class Ladder:
    """What vouches for the journal; and, if it contradicts that, what one of them says of it."""

    rungs: list[Rung] = field(default_factory=list)
    contradicted: Said | None = None


def climb(
    report: Report,
    tree: Callable[[], JournalTree],
    trusted: Sequence[Card],
    known: KnownHead | None,
    authorities: Trust | None = None,
) -> Ladder:
    """Compare a journal, whose chain is right, with everything that is known of it; contradictions become findings.

    `tree` is called only where there is something to compare. Raises `HeadRefused` for a known head that neither a
    member nor a trusted witness signed, or that is about another vault.
    """
    ladder = Ladder()
    if report.pinned:
        ladder.rungs.append(Rung(THIS_COMPUTER, report.pinned.seq + 1))
    if report.lost:
        ladder.contradicted = {"place": _("this computer"), "seq": report.lost.seq, "hash": report.lost.hash}
    if isinstance(report.ledger, Catalog):
        catalog = report.ledger
        recorded = anchors(catalog)
        for anchor in recorded:
            if anchor.kind == WITNESS:
                _compare_witnessed(anchor, catalog, report, tree, trusted, ladder)
        _compare_dated([one for one in recorded if one.kind == TIMESTAMP], catalog, report, tree, authorities, ladder)
        for seq, signer, reason in disregarded(catalog):
            text = _("record {seq}, by {member}, counts for nothing: {reason}")
            report.notes.append(text.format(seq=seq, member=member(catalog, signer).name, reason=reason))
    if known:
        _compare_known(known, report, tree, trusted, ladder)
    return ladder


def furthest(rungs: Sequence[Rung]) -> list[Rung]:
    """Of each who vouches the one that reaches furthest; those who vouch for least come first."""
    best: dict[tuple[str, str], Rung] = {}
    for rung in rungs:
        best[rung.kind, rung.name] = max(best.get((rung.kind, rung.name), rung), rung, key=lambda one: one.records)
    return sorted(best.values(), key=lambda rung: rung.records)


def _compare_witnessed(
    anchor: Anchor,
    catalog: Catalog,
    report: Report,
    tree: Callable[[], JournalTree],
    trusted: Sequence[Card],
    ladder: Ladder,
) -> None:
    """A record cannot vouch for itself: the witness's signature is checked again, by the verifier's own list."""
    card = next((card for card in trusted if card.fingerprint == anchor.authority), None)
    recorder = member(catalog, anchor.recorder).name
    if card is None:
        text = _(
            "record {number}, by {member}, says that {name}, who is not on your list of witnesses, has signed up to "
            "record {seq}; to have that checked, trust that witness: {ipvault} witness trust CARD"
        )
        known = {"number": anchor.seq, "member": recorder, "name": anchor.name, "seq": anchor.size - 1}
        report.notes.append(text.format(**known, ipvault=program()))
        return
    name = card.details.name
    signed = signed_head(anchor, report.vault, card)
    if signed is None:
        text = _(
            "the signature of {name} in record {number}, by {member}, is wrong, so what that says counts for nothing"
        )
        report.notes.append(text.format(number=anchor.seq, member=recorder, name=name))
    elif is_continued(tree(), signed.head):
        ladder.rungs.append(Rung(WITNESS, anchor.size, name, anchor.time))
    else:
        said = {"place": name, "head": signed.head.text, "evidence": anchor.evidence}
        _contradict(report, ladder, anchor.size, name, said)


def _compare_dated(
    anchors_: Sequence[Anchor],
    catalog: Catalog,
    report: Report,
    tree: Callable[[], JournalTree],
    authorities: Trust | None,
    ladder: Ladder,
) -> None:
    """Timestamps count by certificates that the verifier trusts himself.

    An authority dates any hash, so one that is not of this journal is a false record and no sign of another journal.
    """
    if authorities is None:
        if anchors_:
            text = ngettext(
                "{count} record says that an authority for time has certified how the journal stood; to have that "
                "checked and counted, name the certificates that you trust: {ipvault} verify --ca FILE",
                "{count} records say that an authority for time has certified how the journal stood; to have that "
                "checked and counted, name the certificates that you trust: {ipvault} verify --ca FILE",
                len(anchors_),
            )
            report.notes.append(text.format(count=len(anchors_), ipvault=program()))
        return
    from ipvault.evidence.dated_heads import NotThisHead, check_dated
    from ipvault.evidence.timestamp_token import Untrusted

    for anchor in anchors_:
        known = {"number": anchor.seq, "member": member(catalog, anchor.recorder).name}
        try:
            authority = check_dated(anchor, tree(), authorities)
            ladder.rungs.append(Rung(TIMESTAMP, anchor.size, authority, anchor.time))
        except NotThisHead:
            text = _("what record {number}, by {member}, says was certified is not what was, and counts for nothing")
            report.notes.append(text.format(**known))
        except Untrusted as untrusted:
            text = _("the timestamp in record {number}, by {member}, does not count: {reason}")
            report.notes.append(text.format(**known, reason=untrusted))


def _compare_known(
    known: KnownHead, report: Report, tree: Callable[[], JournalTree], trusted: Sequence[Card], ladder: Ladder
) -> None:
    head = known.checkpoint.head
    refuse_stranger(head, report.vault, known.place)
    if not any(_signers(known.checkpoint, report, trusted)):
        people = [(card.details.name, card.public) for card in trusted]
        if isinstance(report.ledger, Catalog):
            people += identities_at(report.ledger, head.size - 1)
        nobody = _("neither a member of the vault nor a witness whom you trust has signed it")
        raise HeadRefused(place=known.place, reason=half_signed(known.checkpoint, people) or nobody)
    if is_continued(tree(), head):
        ladder.rungs.append(Rung(KNOWN_HEAD, head.size, known.place))
    else:
        _contradict(report, ladder, head.size, known.place, said_by(known.checkpoint, known.place))


def _signers(checkpoint: Checkpoint, report: Report, trusted: Sequence[Card]) -> Iterator[bool]:
    """Whether each of those who may vouch did: the members of that time, and the witnesses.

    Without keys of a vault only the Ed25519 keys of its members are known, and not who has left.
    """
    yield from (checkpoint.cosigned_at(card.public) is not None for card in trusted)
    if isinstance(report.ledger, Catalog):
        members = identities_at(report.ledger, checkpoint.head.size - 1)
        yield from (checkpoint.is_signed_by(public) for _name, public in members)
    elif report.ledger:
        yield from (checkpoint.is_signed_with(bytes.fromhex(key)) for key in report.ledger.signers().values())


def _contradict(report: Report, ladder: Ladder, size: int, name: str, said: Said) -> None:
    problem = _("it is not the journal of which {name} says that it had {size} records").format(name=name, size=size)
    report.add(JOURNAL, problem, ExitCode.ROLLBACK)
    ladder.contradicted = ladder.contradicted or said
