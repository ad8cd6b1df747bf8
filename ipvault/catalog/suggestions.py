"""What to say to somebody whose name or pattern meant nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.closeness import suggested
from ipvault.catalog.items import Item, Selection, names, select
from ipvault.catalog.patterns import is_pattern
from ipvault.text import _, program


def instead_of_name(catalog: Catalog, wanted: str, gone: Sequence[Item]) -> str:
    """Advice on a name that no item has; `gone` are the removed ones that have it."""
    import shlex

    if gone:
        text = (
            _("it was erased; its record remains: {ipvault} history {quoted}")
            if all(item.erased for item in gone)
            else _("it was removed; to bring it back: {ipvault} restore {quoted}")
        )
        return text.format(ipvault=program(), quoted=shlex.quote(wanted))
    if is_pattern(wanted) and _matches(catalog, wanted):
        text = _("one item is wanted here, and this is a pattern: {ipvault} list {quoted} shows which items match it")
        return text.format(ipvault=program(), quoted=shlex.quote(wanted))
    close = suggested(wanted, names(catalog))
    advice = [close] if close else []
    below = f"{wanted.rstrip('/')}/**"
    if wanted and _matches(catalog, below):
        text = _("all that is below it: {ipvault} list {quoted}")
        advice.append(text.format(ipvault=program(), quoted=shlex.quote(below)))
    return " ".join(advice) or _what_there_is()


def instead_of_pattern(catalog: Catalog, pattern: str, *, removed: bool = False) -> str:
    """Advice on a pattern that matches nothing of what is in its place, or of what was removed."""
    import shlex

    if wider := wider_pattern(catalog, pattern, removed=removed):
        return _("* stops at a slash and ** does not; did you mean {quoted}?").format(quoted=shlex.quote(wider))
    if _matches(catalog, pattern, removed=not removed):
        if removed:
            return _("the items that match it are in their place: there is nothing to bring back")
        text = _("removed items match it: {ipvault} list --removed {quoted}")
        return text.format(ipvault=program(), quoted=shlex.quote(pattern))
    return _what_there_is()


def _what_there_is() -> str:
    text = _("`{ipvault} list` shows what is there, `{ipvault} list --removed` what was removed")
    return text.format(ipvault=program())


def wider_pattern(catalog: Catalog, pattern: str, *, removed: bool = False) -> str | None:
    """A pattern much like this one that matches something: at more levels, in other folders, or below that folder."""
    folder = pattern.rstrip("/")
    if is_pattern(pattern):
        candidates = [pattern.replace("**", "*").replace("*", "**"), f"**/{pattern}"]
    else:
        candidates = [f"{folder}/**", f"**/{folder}/**", f"**/{folder}"]
    return next((candidate for candidate in candidates if _matches(catalog, candidate, removed=removed)), None)


def _matches(catalog: Catalog, pattern: str, *, removed: bool = False) -> bool:
    return any(True for _item in select(catalog, Selection(pattern=pattern, removed=removed)))
