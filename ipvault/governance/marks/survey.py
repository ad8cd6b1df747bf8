"""What marks survive, as the tests of this version measured it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, Final, NamedTuple

from ipvault.governance.marks.reading import CHANNELS
from ipvault.text import N_

FILE: Final = "survival.toml"

FORMATS: Final = {
    "pdf": N_("PDF, a page of text"),
    "page": N_("PNG, a page of text"),
    "photograph": N_("JPEG, a photograph"),
    "docx": N_("DOCX"),
    "text": N_("plain text"),
}

TREATMENTS: Final = {
    "unchanged": N_("nothing"),
    "printed": N_("printed to PDF"),
    "rasterised": N_("a picture of each page, 150 dpi, JPEG of quality 50"),
    "skewed": N_("the same, turned by one degree"),
    "cropped": N_("the same, a tenth cut off on two sides"),
    "screenshot": N_("a screenshot at 80 % of its size"),
    "jpeg": N_("saved as JPEG of quality 50"),
    "stripped": N_("properties removed"),
    "footers-removed": N_("footers removed"),
    "copied-out": N_("the text copied out"),
    "retyped": N_("the text copied out, in ASCII only"),
    "half": N_("one half of it"),
}


class Row(NamedTuple):
    """In which channels of a format the code was found after a treatment; channels that it never has are left out."""

    format: str
    treatment: str
    found: dict[str, bool]


def survival() -> list[Row]:
    """The table."""
    table: dict[str, Any] = tomllib.loads((files("ipvault.governance.marks") / FILE).read_text(encoding="utf-8"))
    return [
        Row(row["format"], row["treatment"], {channel: row[channel] for channel in CHANNELS if channel in row})
        for row in table["row"]
    ]
