"""Names much like one that nobody and nothing has."""

from __future__ import annotations

from collections.abc import Collection
from unicodedata import normalize

from ipvault.text import _

_MOST = 3


def suggested(typed: str, known: Collection[str]) -> str:
    """A question after the names that are written much like `typed`, or have it in them but for case and accents.

    Empty if there are none.
    """
    from difflib import get_close_matches

    from ipvault.catalog.search import folded

    name = normalize("NFC", typed)
    close = get_close_matches(name, known, n=_MOST, cutoff=0.6)
    if not close and name:
        close = [one for one in known if folded(name) in folded(one)][:_MOST]
    return _("did you mean {names}?").format(names=", ".join(close)) if close else ""
