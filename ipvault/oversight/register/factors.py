"""The six factors of the Restatement (First) of Torts § 757, comment b, and how people score them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from ipvault.errors import UsageError
from ipvault.records.register import FACTORS
from ipvault.text import N_, _
from ipvault.vault.names import free_text

QUESTIONS: Final = MappingProxyType(
    {
        "known-outside": N_("How little is it known outside the business?"),
        "known-inside": N_("How few employees and others in the business know it?"),
        "measures": N_("How much is done to guard its secrecy?"),
        "value": N_("How much is it worth to the business and its competitors?"),
        "effort": N_("How much effort or money did it take to develop?"),
        "acquisition": N_("How hard would it be for others to acquire or duplicate it?"),
    }
)
"""What is scored, from 1 (little) to 5 (much): the more, the more it speaks for a trade secret."""

_SCORED: Final = re.compile(r"([a-z-]+)=([1-5]):(.*)", re.DOTALL)


def parse_factors(texts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Score and reason of factors that were typed as NAME=SCORE:REASON. Raises `UsageError`."""
    found: dict[str, tuple[int, str]] = {}
    for text in texts:
        match = _SCORED.fullmatch(text)
        name, reason = (match[1], free_text(match[3]).strip()) if match else ("", "")
        if match is None or name not in FACTORS or not reason:
            problem = _("{text} is no score: write NAME=SCORE:REASON, with a score from 1 to 5; the names are {names}")
            raise UsageError(problem=problem.format(text=text, names=", ".join(FACTORS)))
        if name in found:
            raise UsageError(problem=_("{name} is scored twice").format(name=name))
        found[name] = int(match[2]), reason
    return found
