"""Recording texts, who is to accept them, and who has."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import NamedTuple

from ipvault.catalog.address import find_version, root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import Recipient
from ipvault.catalog.trainings import Training, accepted, find_training, named
from ipvault.errors import Conflict, NoSuchTraining, UsageError
from ipvault.journal.head import Head
from ipvault.records.domains import MAX_VERSION
from ipvault.records.trainings import TrainingAcknowledged, TrainingAssigned, TrainingConfirmed, TrainingSet
from ipvault.records.vocabulary import MAX_DER, MAX_TEXT
from ipvault.text import _
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

MAX_EVIDENCE = MAX_DER // 4 * 3
"""Bytes of a statement that somebody signed."""


class Text(NamedTuple):
    """A text that is to be accepted: its digest, and either itself or the item (an id) whose content it is."""

    sha256: str
    item: str = ""
    content: str = ""


class People(NamedTuple):
    """Members, by their fingerprints, and recipients, by their ids."""

    members: tuple[str, ...]
    recipients: tuple[str, ...]


def text_of(data: bytes, place: str) -> Text:
    """A text that the journal is to keep. Raises `UsageError` for one that is too long, empty, or no text."""
    try:
        content = data.decode()
    except UnicodeDecodeError:
        content = ""
    if not content.strip() or "\x00" in content or len(data) > MAX_TEXT:
        text = _("{place} is no plain text of at most {most} bytes: put it into the vault, and name it with --item")
        raise UsageError(problem=text.format(place=place, most=MAX_TEXT))
    return Text(hashlib.sha256(data).hexdigest(), content=content)


def text_in(catalog: Catalog, address: str) -> Text:
    """The text that is the content of an item, the newest or the one that is named. Raises what finding it raises."""
    item, version = find_version(catalog, address)
    return Text(version.sha256, item=item.id)


def assign(vault: Vault, name: str, text: Text | None, people: People, due: str) -> tuple[Training, Head]:
    """Record a text as the next version of the one of that name, if it is another, and who is to accept it.

    Raises `NoSuchTraining` if there is none and no text is given, and `Conflict` if there is nothing to record.
    """
    with transaction(vault) as change:
        root, before = root_room(vault.catalog).id, named(vault.catalog, name)
        if before is None and text is None:
            raise NoSuchTraining(name=name)
        id_ = before.id if before else vault.machine.random(16).hex()
        is_new = text is not None and (before is None or before.sha256 != text.sha256)
        if text is not None and is_new:
            version = before.version + 1 if before else 1
            if version > MAX_VERSION:
                raise Conflict(problem=_("it was changed as often as a vault can count; give it another name"))
            change.record(TrainingSet(training=id_, version=version, name=name, **text._asdict()), root)
        if people.members or people.recipients:
            change.record(TrainingAssigned(training=id_, **people._asdict(), due=due), root)
        elif not is_new:
            raise Conflict(problem=_("this is the text already, and nobody is named, so nothing was recorded"))
        head = change.commit()
    return find_training(vault.catalog, id_), head


def acknowledge(vault: Vault, texts: list[Training]) -> Head:
    """Record that this member accepts these texts, as they were read.

    Raises `Conflict` for one that was changed since, or that is accepted already.
    """
    with transaction(vault) as change:
        for text in texts:
            _see(vault, text, [vault.member])
            record = TrainingAcknowledged(training=text.id, version=text.version, sha256=text.sha256)
            change.record(record, root_room(vault.catalog).id)
        return change.commit()


def confirm(vault: Vault, text: Training, recipient: Recipient, evidence: bytes) -> Head:
    """Record that a recipient accepted a text, with the signed statement.

    Raises `UsageError` for evidence that is empty or too large, and the same as `acknowledge`.
    """
    if not 0 < len(evidence) <= MAX_EVIDENCE:
        text_ = _("the evidence is empty or larger than {most} bytes")
        raise UsageError(problem=text_.format(most=MAX_EVIDENCE))
    with transaction(vault) as change:
        _see(vault, text, [recipient.id])
        record = TrainingConfirmed(
            training=text.id,
            version=text.version,
            sha256=text.sha256,
            recipient=recipient.id,
            evidence=b64encode(evidence).decode(),
        )
        change.record(record, root_room(vault.catalog).id)
        return change.commit()


def _see(vault: Vault, text: Training, people: list[str]) -> None:
    """That the text is still what it was, and not accepted yet."""
    if find_training(vault.catalog, text.id) != text:
        raise Conflict(problem=_("{name} was changed a moment ago: read it first").format(name=text.name))
    if when := accepted(vault.catalog, people, text):
        problem = _("version {version} of {name} is accepted already, since {day}")
        raise Conflict(problem=problem.format(version=text.version, name=text.name, day=when[:10]))
