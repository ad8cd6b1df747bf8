"""How items, versions and times look, for people and in JSON."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import Item, Listed, Version
from ipvault.keys import runtime_folder
from ipvault.keys.sessions import KEYRING, StoreName
from ipvault.text import _, ngettext

_NAMED: Final = 5
"""How many names of several a sentence tells."""


def human_size(size: int) -> str:
    """Bytes as people read them, in powers of 1024."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def human_time(time: str) -> str:
    """A time of the journal in the local time zone, to the minute."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return time


def exact_size(size: int) -> str:
    """Bytes as people read them, with their number."""
    number = ngettext("{count} byte", "{count} bytes", size).format(count=size)
    return number if size < 1024 else f"{human_size(size)} ({number})"


def count_of_items(count: int) -> str:
    """`3 items`."""
    return ngettext("{count} item", "{count} items", count).format(count=count)


def count_of_files(count: int) -> str:
    """`3 files`."""
    return ngettext("{count} file", "{count} files", count).format(count=count)


def shortened(names: Sequence[str]) -> str:
    """The first five of `names`, with a sign that there are more."""
    return ", ".join([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])


def keeping_place(store: StoreName) -> str:
    """Where a session's key is kept; the folder, where that does not go with the login session."""
    if store == KEYRING:
        return _("the system keyring")
    place = runtime_folder.where()
    return _("your login session") if place.cleared_at_logout else _("the folder {path}").format(path=place.path)


def quoted(name: str) -> str:
    """A name as it can be pasted into a shell."""
    return shlex.quote(name)


def or_null(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Fields for programs, in which these, a time or what something else is called by, are null where there is none."""
    return {**fields, **{name: fields[name] or None for name in names}}


def item_json(item: Item) -> dict[str, Any]:
    """An item for programs."""
    return {
        "id": item.id,
        "room": item.room_name,
        "name": item.name,
        "label": item.label,
        "type": item.type,
        "tags": list(item.tags),
        "note": item.note,
        "version": item.version,
        "size": item.size,
        "created": item.created,
        "changed": item.changed,
        "removed": item.removed,
        "erased": item.erased,
    }


def version_json(version: Version) -> dict[str, Any]:
    """A version for programs."""
    return {
        "version": version.number,
        "size": version.size,
        "sha256": version.sha256,
        "source": version.source,
        "added": version.added,
        "added_by": version.adder,
        "erased": version.erased,
    }


def short_id(item: Item | Listed) -> str:
    """The beginning of an item's id, which is enough to address it."""
    return item.id[:SHORT_ID]
