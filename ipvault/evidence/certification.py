"""A draft of the certification that US rules FRE 902(13) and (14) ask of a qualified person, about a bundle.

It is a legal text in the language of that law, and is not translated.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from importlib.resources import files
from typing import Any

from ipvault import __version__
from ipvault.characters import printable
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.errors import EvidenceRefused
from ipvault.evidence.bundle.folder import SUMS
from ipvault.evidence.bundle.heads import Seen
from ipvault.evidence.bundle.verify import FAIL, PASS, SKIP, Bundle
from ipvault.evidence.dossier.beside import Given, check_beside
from ipvault.pages.markup import ranges
from ipvault.records.domains import is_time
from ipvault.text import _

_STAMPED = (
    "Timestamps (RFC 3161) show when something existed at the latest: {stamps}. The certificates of these authorities "
    "were given for the checks by whoever made them. [STATE HOW THEY ARE KNOWN TO BE THOSE OF THE AUTHORITIES.]"
)
_DOUBTED = (
    "These timestamps (RFC 3161) are intact, but nobody gave a certificate by which to trust their authorities, which "
    "are known from the bundle alone and can have been made up by whoever made it: {stamps}. They show no time unless "
    "[STATE WHY THESE AUTHORITIES CAN BE RELIED ON]."
)
_COPIES = (
    " An older copy of this vault, or another one, was accepted in place of the one that was known; this happened "
    "{count} time(s), as the journal states. What only the copies replaced had recorded is not in this journal, and "
    "the hashes and signatures do not show it. [STATE WHEN AND WHY THIS WAS DONE, AND WHAT IS KNOWN OF THE MISSING.]"
)
_UNSTAMPED = "No timestamp of an independent authority is among the data that were checked."

_PAGES = {
    PASS: "{page}: its SHA-256 hash is the one that dossier.sha256 states, which is one of the files of the copy.",
    SKIP: "{page}: it was not compared, because it was not beside the copy. This certification does not extend to it.",
}
"""Of a file that a bundle names as beside it."""


def draft_certification(given: Given, *, name: str, checked: str, authorities: Collection[str]) -> str:
    """The draft about a bundle and what it came with, called `name`, in one line; `checked` is when.

    `authorities` are those that are trusted, by the SHA-256 of their certificates. Raises `EvidenceRefused` if a check
    fails.
    """
    bundle = Bundle(str(given.bundle), verifies_post_quantum)
    outcomes = list(bundle.outcomes())
    pages = list(check_beside(bundle, outcomes, given.beside))
    outcomes += pages
    wrong = [f"{check}: {reason}" for outcome, check, reason in outcomes if outcome == FAIL]
    if wrong:
        raise EvidenceRefused(place=name, reason=_("a check of it fails: {check}").format(check=wrong[0]))
    try:
        described: dict[str, Any] = json.loads(bundle.read("bundle.json"))
        made, records = described["made"], [int(one["record"]) for one in described["records"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        made, records = "", []
    if not is_time(made):
        raise EvidenceRefused(place=f"{name}/bundle.json", reason=_("it does not describe a bundle"))
    values = {
        "software": __version__,
        "vault": bundle.vault,
        "timestamps": _timestamps(bundle, authorities),
        "count": str(len(records)),
        "bundle": name,
        "made": made,
        "maker": bundle.maker,
        "sums": hashlib.sha256(bundle.read(SUMS)).hexdigest(),
        "size": bundle.largest,
        "root": bundle.root,
        "checked": checked,
        "passed": str(sum(outcome == PASS for outcome, _name, _reason in outcomes)),
        "records": ranges(records, "-"),
        "copies": _COPIES.format(count=lives - 1) if (lives := incarnation_of(bundle)) > 1 else "",
        "pages": "".join(f"\n\n   {_PAGES[outcome].format(page=page)}" for outcome, page, _reason in pages),
    }
    template = files("ipvault.evidence").joinpath("certification.md").read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template)


def incarnation_of(bundle: Bundle) -> int:
    """In which life the journal of a bundle that passed is: the first, or a later one for each accepted copy."""
    text, _root, _signatures = bundle.head(bundle.largest)
    _name, _vault, *life = text.decode("ascii").partition("\n")[0].split("/")
    return int(life[0]) if life else 1


def _timestamps(bundle: Bundle, authorities: Collection[str]) -> str:
    """What the timestamps show: something only if their authority is trusted."""
    from ipvault.evidence.bundle.authorities import authority_name

    stamps = sorted((one for one in bundle.seen if one.stamp), key=Seen.order)
    said = []
    for text, is_trusted in ((_STAMPED, True), (_DOUBTED, False)):
        told = [one for one in stamps if (one.by in authorities) is is_trusted]
        named = (f'{one}, called "{printable(authority_name(bundle, one.stamp))}"' for one in told)
        said += [text.format(stamps="; ".join(named))] if told else []
    return " ".join(said) or _UNSTAMPED
