"""Queries about recipients: find one by name, list them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from unicodedata import normalize

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.closeness import suggested
from ipvault.catalog.roster import LEAST_DIGITS, member, members
from ipvault.errors import AmbiguousRecipient, NoSuchRecipient
from ipvault.keys.card import Details
from ipvault.keys.identity import PublicIdentity
from ipvault.text import _, program


class Comparison(NamedTuple):
    """When a member compared the fingerprint of a recipient's present card. What is an owner's counts for all."""

    member: str
    time: str
    is_owners: bool


class Recipient(NamedTuple):
    """A recipient as the catalog has it, with those who compared the fingerprint, the first one first."""

    id: str
    name: str
    organisation: str
    email: str
    jurisdiction: str
    fingerprint: str
    kem: str
    ed25519: str
    mldsa44: str
    added: str
    adder: str
    removed: str | None
    revoked: str | None
    comparisons: tuple[Comparison, ...]

    @property
    def details(self) -> Details:
        return Details(self.name, self.organisation, self.email, self.jurisdiction)

    @property
    def public(self) -> PublicIdentity:
        """The keys that packages are sealed to."""
        return PublicIdentity.from_hex(self.kem, self.ed25519, self.mldsa44)

    def verified(self, viewer: str) -> str | None:
        """When the fingerprint was compared, last, by this member or by an owner of the vault; None if by neither."""
        times = [one.time for one in self.comparisons if one.is_owners or one.member == viewer]
        return max(times, default=None)


def recipients(catalog: Catalog, *, removed: bool = False) -> list[Recipient]:
    """All recipients, by name; the removed ones only if asked for."""
    condition = "IS NOT NULL" if removed else "IS NULL"
    query = f"SELECT * FROM recipient WHERE removed {condition}"  # noqa: S608  # fixed words
    found = [_with_comparisons(catalog, row) for row in catalog.view.execute(query)]
    return sorted(found, key=lambda recipient: (recipient.name.casefold(), recipient.id))


def everybody(catalog: Catalog) -> list[Recipient]:
    """All who ever were recipients: those who are, and then the removed ones."""
    return [*recipients(catalog), *recipients(catalog, removed=True)]


def find_recipients(catalog: Catalog, typed: Iterable[str]) -> list[Recipient]:
    """Those whom names or fingerprints mean, each once. Raises `NoSuchRecipient` or `AmbiguousRecipient`."""
    return list({one.id: one for one in (find_recipient(catalog, name) for name in typed)}.values())


def find_recipient(catalog: Catalog, typed: str, *, removed: bool = False) -> Recipient:
    """The one recipient of that name, or whose fingerprint begins so (eight digits or more, spaces do not count).

    Anybody can be called anything, so a name goes before no fingerprint, and a whole fingerprint before every name.
    Raises `NoSuchRecipient` with suggestions, or `AmbiguousRecipient`.
    """
    found = matching(catalog, typed, removed=removed)
    if not found:
        raise NoSuchRecipient(name=typed, suggestion=_suggestion(catalog, typed, removed=removed))
    if len({one.fingerprint for one in found}) > 1 or (len(found) > 1 and _digits(typed) != found[0].fingerprint):
        raise ambiguous(typed, found)
    return min(found, key=lambda one: one.revoked is None)  # one card of two, where something was forgotten


def matching(catalog: Catalog, typed: str, *, removed: bool = False) -> list[Recipient]:
    """All whom a name or the beginning of a fingerprint can mean; of a whole fingerprint, those with that card."""
    known = recipients(catalog, removed=removed)
    digits = _digits(typed)
    by_card = [one for one in known if len(digits) >= LEAST_DIGITS and one.fingerprint.startswith(digits)]
    if by_card and digits == by_card[0].fingerprint:
        return by_card
    name = normalize("NFC", typed)
    return by_card + [one for one in known if one.name == name and one not in by_card]


def ambiguous(typed: str, found: Iterable[Recipient]) -> AmbiguousRecipient:
    """What to raise where several recipients can be meant; it names a fingerprint for each."""
    candidates = ", ".join(f"{one.name} ({one.fingerprint[:16]})" for one in found)
    return AmbiguousRecipient(name=typed, candidates=candidates)


def _digits(typed: str) -> str:
    return "".join(typed.split()).lower()


def _suggestion(catalog: Catalog, typed: str, *, removed: bool) -> str:
    names = [recipient.name for recipient in recipients(catalog, removed=removed)]
    if close := suggested(typed, names):
        return close
    if any(one.name == normalize("NFC", typed) for one in members(catalog)):
        text = _(
            "{name} is a member of the vault: the members of a room, but for its auditors, open its documents without "
            "packages; to seal packages to {name} as well, take in the card: {ipvault} recipient add CARD"
        )
        return text.format(name=typed, ipvault=program())
    if names:
        return _("`{ipvault} recipient list` shows who there is").format(ipvault=program())
    return _("take in somebody's card first: {ipvault} recipient add CARD").format(ipvault=program())


def people_like(catalog: Catalog, typed: str) -> str:
    """A question after the members and recipients, former ones too, who are called much like that; or empty."""
    called = {name for (name,) in catalog.view.execute("SELECT name FROM member UNION SELECT name FROM recipient")}
    return suggested(typed, sorted(called))


def fingerprints_of(catalog: Catalog, recipient: Recipient) -> set[str]:
    """Those of all cards that a recipient has had."""
    query = "SELECT fingerprint FROM recipient_card WHERE recipient = ?"
    return {row[0] for row in catalog.view.execute(query, (recipient.id,))}


def former_selves(catalog: Catalog, recipient: Recipient) -> set[str]:
    """The removed recipients (ids) whose last card is the one that this recipient has."""
    query = "SELECT id FROM recipient WHERE fingerprint = ? AND id <> ? AND removed IS NOT NULL"
    return {row[0] for row in catalog.view.execute(query, (recipient.fingerprint, recipient.id))}


def with_cards(catalog: Catalog, fingerprints: Collection[str]) -> list[Recipient]:
    """Those who have, or had, any of these cards, the removed ones last."""
    query = "SELECT recipient FROM recipient_card WHERE fingerprint IN (SELECT value FROM json_each(?))"
    ids = {id_ for (id_,) in catalog.view.execute(query, (json.dumps([*fingerprints]),))}
    return [one for one in everybody(catalog) if one.id in ids]


def with_former_card(catalog: Catalog, beginning: str) -> list[Recipient]:
    """Those who once had a card whose fingerprint begins so, the removed ones last."""
    query = "SELECT fingerprint FROM recipient_card WHERE substr(fingerprint, 1, length(?1)) = ?1"
    return with_cards(catalog, [fingerprint for (fingerprint,) in catalog.view.execute(query, (beginning,))])


def by_id(catalog: Catalog, id_: str) -> Recipient | None:
    """The recipient with this id, a removed one too."""
    row = catalog.view.execute("SELECT * FROM recipient WHERE id = ?", (id_,)).fetchone()
    return _with_comparisons(catalog, row) if row else None


def by_fingerprint(catalog: Catalog, fingerprint: str) -> Recipient | None:
    """The recipient whose present card has this fingerprint, a removed one only if there is no other.

    Where something was forgotten there can be two; then it is one with whom sharing was revoked, if there is.
    """
    row = catalog.view.execute(
        "SELECT * FROM recipient WHERE fingerprint = ? ORDER BY removed IS NOT NULL, revoked IS NULL, id",
        (fingerprint,),
    ).fetchone()
    return _with_comparisons(catalog, row) if row else None


def described(catalog: Catalog, recipient: Recipient) -> str:
    """The name, with those who compared the fingerprint, and when."""
    if not recipient.comparisons:
        return recipient.name
    names = ", ".join(
        _("{name} on {date}").format(name=member(catalog, one.member).name, date=one.time[:10])
        for one in recipient.comparisons
    )
    return _("{name} (compared by {names})").format(name=recipient.name, names=names)


def _with_comparisons(catalog: Catalog, row: Sequence[Any]) -> Recipient:
    recipient = Recipient._make([*row, ()])
    query = "SELECT member, time, is_owners FROM comparison WHERE recipient = ? ORDER BY time, member"
    found = catalog.view.execute(query, (recipient.id,))
    comparisons = tuple(Comparison(who, time, bool(is_owners)) for who, time, is_owners in found)
    return recipient._replace(comparisons=comparisons)
