"""Warning of what is there already under the same name, and is not over: it may be the same thing."""

from __future__ import annotations

from collections.abc import Iterable

from ipvault.cli.invocation import current
from ipvault.text import _


def warn_of_namesakes(name: str, ids: Iterable[str]) -> None:
    """Tell the ids, as people type them, of the others that are called so; none, and nothing is said."""
    if found := ", ".join(ids):
        text = _(
            "{name} was there already, and is not over: {ids}. If it is the same, keep to one of them and end the other"
        )
        current().output.warn(text.format(name=name, ids=found))
