"""Tags of items that policies know."""

from __future__ import annotations

from collections.abc import Iterable


def export_classes(tags: Iterable[str]) -> list[str]:
    """The tags that say by which list an item is export-controlled: `ear:` with an ECCN, `itar`, or `itar:` and more.

    Source: 15 CFR 774 (Commerce Control List), 22 CFR 121 (United States Munitions List).
    """
    return [tag for tag in tags if tag.casefold() == "itar" or tag.casefold().startswith(("ear:", "itar:"))]
