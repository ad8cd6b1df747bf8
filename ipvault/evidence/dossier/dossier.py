"""A dossier: the sections, with what they are about, who made them, and what they show and do not show."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ipvault import __version__
from ipvault.catalog.address import root_room
from ipvault.catalog.roster import member
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.closed import still_closed
from ipvault.evidence.dossier.missing import missing
from ipvault.evidence.dossier.model import Person, Section
from ipvault.evidence.dossier.people import people
from ipvault.evidence.dossier.sections import SECTIONS
from ipvault.journal.head import Head
from ipvault.records.access import DossierReleased
from ipvault.text import N_, _
from ipvault.vault.clock import timestamp
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

SCHEMA: Final = "ipvault.dossier/1"

SHOWS: Final = (
    N_(
        "Shown: that these records are in the journal of the vault, in this order, and that they were signed by the "
        "members named. Whoever has the bundle of evidence can check that without the vault, without keys and without "
        "this program. Whether the page says what the records say is checked by comparing it with them."
    ),
    N_(
        "Not shown: that what members recorded is true, or that this is all there is. A document can have existed "
        "before it was recorded, and the journal says nothing of what happened outside the vault."
    ),
    N_(
        "Times come from the clocks of the computers that signed. The order of records is certain; the hour is as good "
        "as those clocks, except where an authority or a witness outside certified it."
    ),
    N_(
        "A fingerprint stands for a person only as far as somebody compared it with that person. Names are those that "
        "records give."
    ),
    N_(
        "Who could open the item is worked out from roles, keys and packages. Who really read it can be told only "
        "where a record or a receipt says so; a member who copied files and keys needs no record to read them."
    ),
    N_(
        "Revoking, expiry and erasure do not reach copies that are elsewhere. What a role allows is held by this "
        "program; that only members have a room's key is held by cryptography."
    ),
    N_("This is evidence, made by its maker about his own vault. It is not a certificate, and not legal advice."),
)
"""What a dossier shows and does not; the threats document says more."""


class Dossier(NamedTuple):
    """All of it. `record` is the one that says that it was made, `records` those that it cites, `closed` the fields of
    free words that are not revealed, `evidence` the folder of what proves the records, beside the dossier, if any.
    """

    item: str
    name: str
    as_of: str
    made: str
    maker: Person
    reason: str
    vault: str
    last: Head
    record: int
    records: tuple[int, ...]
    closed: tuple[str, ...]
    sections: tuple[Section, ...]
    evidence: str = ""

    def section(self, key: str) -> Section:
        """The one of that key."""
        return next(section for section in self.sections if section.key == key)

    def to_json(self) -> dict[str, Any]:
        """The dossier for programs, as `ipvault help json` describes it."""
        return {
            "schema": SCHEMA,
            "item": {"id": self.item, "name": self.name},
            "as_of": self.as_of,
            "made": {
                "time": self.made,
                "by": self.maker._asdict(),
                "reason": self.reason,
                "software": f"ipvault {__version__}",
                "record": self.record,
            },
            "vault": self.vault,
            "head": {"seq": self.last.seq, "hash": self.last.hash},
            "closed": list(self.closed),
            "evidence": {"path": self.evidence} if self.evidence else None,
            "sections": [section.to_json() for section in self.sections],
            "limits": [_(sentence) for sentence in SHOWS],
        }


_UNPROVEN: Final = frozenset(("evidence", "missing"))
"""The sections that only say which records there are: these are not in the bundle."""


def cited(sections: tuple[Section, ...]) -> list[int]:
    """The numbers of all records that facts rest on, without those of which it is only said that they are there."""
    facts = (fact for section in sections if section.key not in _UNPROVEN for fact in section.facts)
    return sorted({seq for fact in facts for seq in fact.records})


def make_dossier(account: Account, *, destination: str, reason: str, evidence: str = "") -> tuple[Dossier, Head]:
    """The dossier of an account, and the head after the record of it; `evidence` is where its bundle goes."""
    vault = account.vault
    maker = Person(vault.member, member(vault.catalog, vault.member).name)
    told = tuple(section(account) for section in SECTIONS)
    sections = (*told, people(account, told, maker), missing(account))
    records, shown = tuple(cited(sections)), account.disclosure.shown
    released = DossierReleased(
        item=account.item,
        as_of=account.as_of,
        records=records,
        withheld=tuple(sorted(seq for seqs in account.withheld.values() for seq in seqs)),
        shown=tuple(sorted(shown)),
        destination=destination,
        reason=reason,
    )
    head = _record(vault, account, released)
    state = account.state()
    names = [one.after.name for one in account.told if one.after is not None]
    dossier = Dossier(
        item=account.item,
        name=state.name if state else names[-1],
        as_of=account.as_of,
        made=timestamp(vault.machine.now()),
        maker=maker,
        reason=reason,
        vault=vault.id,
        last=account.head,
        record=head.seq,
        records=records,
        closed=tuple(still_closed(shown)),
        sections=sections,
        evidence=evidence,
    )
    return dossier, head


def _record(vault: Vault, account: Account, released: DossierReleased) -> Head:
    """Record it in a room of the item that this member is in; in the root room where there is none any more."""
    with transaction(vault) as change:
        mine = vault.catalog.rooms_of(vault.member)
        row = vault.catalog.view.execute("SELECT room FROM item WHERE id = ?", (account.item,)).fetchone()
        rooms = [room for room in (*(row or ()), *sorted(account.rooms)) if room in mine]
        change.record(released, rooms[0] if rooms else root_room(vault.catalog).id)
        return change.commit()
