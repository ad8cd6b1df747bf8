"""Marking what leaves through the gate."""

from __future__ import annotations

import dataclasses
import hashlib

from ipvault.catalog.roster import member
from ipvault.errors import CannotMark, MarkerMissing
from ipvault.governance.dlp.extraction.kinds import BEGINNING, Kind, kind_of
from ipvault.governance.dlp.extraction.limits import MAX_DOCUMENT, MIB
from ipvault.governance.marks.keep import Addressee, Occasion, make_copy
from ipvault.governance.marks.mark import mark
from ipvault.records.marks import CopyMarked
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.gate import Way
from ipvault.vault.marking import Marking, OutgoingCopy
from ipvault.vault.release import Content


def marking(content: Content, way: Way, *, with_text: bool) -> Marking:
    """A copy of a content for its one recipient, or for the member who takes it out; plain text only `with_text`.

    Raises what `Content.blocks` does.
    """
    vault, item = content.vault, content.item
    if content.version.size > MAX_DOCUMENT:
        return Marking(problem=_("it is larger than {count} MiB").format(count=MAX_DOCUMENT // MIB))
    data = b"".join(content.blocks())
    if not with_text and kind_of(data[:BEGINNING], item.name) is Kind.PLAIN:
        return Marking()
    to = _addressee(content, way)
    line = copy_line(to.name, timestamp(vault.machine.now()))
    occasion = Occasion(way.channel, "", item.id, content.version.number)
    try:
        marked = make_copy(vault, item.room, to, occasion, data, item.name, line)
    except CannotMark as error:
        remedy = error.advice() if isinstance(error, MarkerMissing) else ""
        return Marking(problem=str(error.fields["reason"]), remedy=remedy)

    def record(package: str) -> CopyMarked:
        return dataclasses.replace(marked.record, package=package)

    def make(stored: bytes) -> bytes:
        return mark(stored, item.name, marked.copy)

    return Marking(OutgoingCopy(make, len(marked.data), hashlib.sha256(marked.data).hexdigest(), record))


def copy_line(name: str, time: str) -> str:
    """What people see on a copy; `time` is RFC 3339."""
    return _("Copy for {name}, {date}").format(name=name, date=time[:10])


def _addressee(content: Content, way: Way) -> Addressee:
    for one in way.recipients:
        return Addressee(one.fingerprint, one.name)
    return Addressee(content.vault.member, member(content.vault.catalog, content.vault.member).name)
