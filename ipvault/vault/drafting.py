"""From a record to the draft of a line: the one place where fields are taken out of records to be written."""

from __future__ import annotations

from ipvault.journal.commit import Draft
from ipvault.journal.leaf import FileChange
from ipvault.keys.room_key import RecordKey
from ipvault.records.base import Record
from ipvault.records.families import encode


def draft(record: Record, key: RecordKey, files: tuple[FileChange, ...] = ()) -> Draft:
    """A record as it goes into the room of `key`, with the files of which its leaf tells the length and hash."""
    facts = dict(record.public().facts)
    return Draft(record.CLASS, key.room, key.epoch, key.record_key, encode(record), files, facts)
