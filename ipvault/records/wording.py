"""The words of the vocabulary as people read them; in records, options and JSON they are never translated."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ipvault.records.vocabulary import AUDITOR, EDITOR, OWNER, READER
from ipvault.text import N_, _

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        OWNER: N_("owner"),
        EDITOR: N_("editor"),
        READER: N_("reader"),
        AUDITOR: N_("auditor"),
        "received": N_("received"),
        "opened": N_("opened"),
        "destroyed": N_("destroyed"),
        "allowed": N_("allowed"),
        "overridden": N_("overridden"),
        "low": N_("low"),
        "medium": N_("medium"),
        "high": N_("high"),
        "critical": N_("critical"),
    }
)


def in_words(word: str) -> str:
    """A role, a level of risk, the event of a receipt or the outcome of a decision as people read it; else as it is."""
    return _(_WORDS.get(word, word))
