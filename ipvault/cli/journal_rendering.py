"""How records of the journal look, for people and in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipvault.cli.rendering import human_size
from ipvault.text import N_, _
from ipvault.vault.journal_query import JournalRow

_SENTENCES = {
    "vault.created": N_("vault created by {software}"),
    "member.enrolled": N_("{name} became a member"),
    "member.role": N_("role {role} granted"),
    "room.created": N_("room {name} created"),
    "room.keyed": N_("room key of epoch {epoch} made"),
    "item.added": N_("added {name} ({label}, {type}, {size})"),
    "item.updated": N_("version {version} stored ({size})"),
    "item.described": N_("described: {label}, {type}, tags {tags}"),
    "item.renamed": N_("renamed to {name}"),
    "item.left": N_("left for another room"),
    "item.arrived": N_("arrived from another room as {name}"),
    "item.version-arrived": N_("version {version} arrived from another room"),
    "item.removed": N_("removed"),
    "item.restored": N_("restored"),
    "item.erased": N_("version {version} erased"),
    "content.released": N_("version {version} released by {channel} to {destination}"),
    "auth.unlocked": N_("unlocked"),
    "auth.failed": N_("failed attempt to unlock"),
    "journal.repaired": N_("interrupted write of {length} bytes set aside"),
    "journal.rollback-accepted": N_("rollback to record {found_seq} accepted: {reason}"),
    "records.forgotten": N_("content of records forgotten: {reason}"),
}


def summary(row: JournalRow, names: Mapping[str, str]) -> str:
    """A record in a few words; `names` tells what items are called now, by their ids."""
    if row.fields is None:
        return _("{kind} (its content is forgotten or closed to you)").format(kind=row.leaf.kind)
    sentence = _SENTENCES.get(row.action)
    if sentence is None:
        return row.action
    values = {name: ", ".join(map(str, v)) if isinstance(v, list) else v for name, v in row.fields.items()}
    if isinstance(size := values.get("size"), int):
        values["size"] = human_size(size)
    text = _(sentence).format(**values)
    name = names.get(str(values.get("item")))
    if name is not None and "{name}" not in sentence:
        text = f"{name}: {text}"
    reason = values.get("reason")
    return f"{text}: {reason}" if reason and "{reason}" not in sentence else text


def row_json(row: JournalRow) -> dict[str, Any]:
    """A record for programs: what is public, and the fields where they can be read."""
    leaf = row.leaf
    return {
        "seq": leaf.seq,
        "time": leaf.time,
        "class": leaf.kind,
        "action": row.action,
        "room": leaf.room,
        "epoch": leaf.epoch,
        "signer": row.signer,
        "hash": row.hash,
        "previous": leaf.previous,
        "files": [{"added": f.added, "path": f.path, "length": f.length, "sha256": f.sha256} for f in leaf.files],
        "facts": leaf.facts,
        "fields": row.fields,
    }
