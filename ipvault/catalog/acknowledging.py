"""Records of trainings: what every reader checks of them before he believes them.

They stand in the root room, and so are judged by what all members can read.
"""

from __future__ import annotations

import hashlib

from ipvault.catalog.catalog import Catalog
from ipvault.records.base import Record
from ipvault.records.trainings import (
    TrainingAcknowledged,
    TrainingAssigned,
    TrainingConfirmed,
    TrainingSet,
)
from ipvault.text import _


def objection_to_training(catalog: Catalog, record: Record, _room: str, signer: str) -> str | None:
    """Why `signer` must not say what this record says of a training, or None; for other records None."""
    match record:
        case TrainingSet():
            return _objection_to_text(catalog, record)
        case TrainingAssigned(training=training) if not _versions(catalog, training):
            return _("it asks to accept a text that there is not")
        case TrainingAcknowledged() | TrainingConfirmed():
            if _versions(catalog, record.training).get(record.version) != record.sha256:
                return _("it accepts a text that there is not")
            if isinstance(record, TrainingConfirmed) and not catalog.is_writer(signer):
                return _("whoever signs it is neither owner nor editor of any room, and so speaks for no recipient")
    return None


def _objection_to_text(catalog: Catalog, record: TrainingSet) -> str | None:
    """It is the text of its digest; versions count up from 1 under one name, which no other text has."""
    if record.content and hashlib.sha256(record.content.encode()).hexdigest() != record.sha256:
        return _("it names another digest than that of its text")
    if record.version != max(_versions(catalog, record.training), default=0) + 1:
        return _("it sets a version of a text that does not follow from the one before")
    query = "SELECT 1 FROM training WHERE (id = ?1) <> (name = ?2)"
    if catalog.view.execute(query, (record.training, record.name)).fetchone():
        return _("it gives a text the name of another, or another name")
    return None


def _versions(catalog: Catalog, training: str) -> dict[int, str]:
    """The digests of all versions of a text."""
    return dict(catalog.view.execute("SELECT version, sha256 FROM training WHERE id = ?", (training,)))
