"""The forms in which the journal leaves, by the words that records and commands have for them."""

from __future__ import annotations

from typing import Final

from ipvault.evidence.export.cef import cef
from ipvault.evidence.export.ecs import ecs
from ipvault.evidence.export.ocsf import ocsf
from ipvault.evidence.export.origin import Writer
from ipvault.evidence.export.tabular import comma_separated, json_lines

FORMATS: Final[dict[str, Writer]] = {
    "jsonl": json_lines,
    "csv": comma_separated,
    "ocsf": ocsf,
    "ecs": ecs,
    "cef": cef,
}
