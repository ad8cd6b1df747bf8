"""The vocabulary as readers of a dossier know it: labels, types and ways out too, which users of the program
type, and what agreements are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ipvault.catalog.agreements import ENDED, FUTURE, IN_FORCE, TERMINATED
from ipvault.records.agreements import ASSIGNMENT, DPA, EMPLOYMENT, JOINT_VENTURE, LICENCE, NDA
from ipvault.records.vocabulary import CAT, EXPORT, PACKAGE
from ipvault.records.wording import in_words
from ipvault.text import N_, _

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CAT: N_("reading"),
        EXPORT: N_("export"),
        PACKAGE: N_("package"),
        FUTURE: N_("in future"),
        IN_FORCE: N_("in force"),
        ENDED: N_("ended"),
        TERMINATED: N_("terminated"),
        NDA: N_("non-disclosure agreement"),
        ASSIGNMENT: N_("assignment of rights"),
        LICENCE: N_("licence agreement"),
        DPA: N_("data processing agreement"),
        JOINT_VENTURE: N_("joint venture"),
        EMPLOYMENT: N_("employment contract"),
        "public": N_("public"),
        "internal": N_("internal"),
        "confidential": N_("confidential"),
        "secret": N_("secret"),
        "trade-secret": N_("trade secret"),
        "invention": N_("invention"),
        "patent": N_("patent"),
        "trademark": N_("trademark"),
        "copyright": N_("copyright"),
        "design": N_("design"),
        "know-how": N_("know-how"),
        "prior-art": N_("prior art"),
        "contract": N_("contract"),
        "other": N_("other"),
    }
)


def readable(word: str) -> str:
    """A word of the vocabulary in the active language; anything else as it is."""
    return _(_WORDS[word]) if word in _WORDS else in_words(word)


def clock(time: str) -> str:
    """A time as people read it, to the second."""
    return f"{time[:10]} {time[11:19]}"
