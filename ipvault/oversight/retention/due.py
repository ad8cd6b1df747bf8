"""What is due: documents that were kept for as long as the rules say."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.fate import Fate, fate
from ipvault.catalog.holds import held_items
from ipvault.catalog.items import Item, all_items
from ipvault.catalog.retention import Keeping, event_days, keeping, newest_content, rules


class Judged(NamedTuple):
    """A document that a rule is about, the one that decides, and what is to become of it."""

    item: Item
    keeping: Keeping
    fate: Fate


def judged(catalog: Catalog, day: str) -> list[Judged]:
    """Every document that is left and that a rule is about, as it stands on a day, removed ones last."""
    known, events, newest, held = rules(catalog), event_days(catalog), newest_content(catalog), held_items(catalog)
    found = []
    for item in all_items(catalog):
        kept = None
        if not item.erased:
            kept = keeping(item, known, newest.get(item.id, item.created), events.get(item.id, ""))
        if kept is not None:
            found.append(Judged(item, kept, fate(held.get(item.id, ()), kept, day)))
    return found


def due(catalog: Catalog, day: str) -> list[Judged]:
    """Those of which the time is over on a day, held ones too."""
    return [one for one in judged(catalog, day) if one.keeping.is_over(day)]
