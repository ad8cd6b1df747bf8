"""A draft of the certification that US rules FRE 902(13) and (14) ask of a qualified person, about a bundle.

It is a legal text in the language of that law, and is not translated.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from ipvault import __version__
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.errors import Damaged
from ipvault.evidence.bundle.folder import SUMS
from ipvault.evidence.bundle.verify import FAIL, PASS, Bundle
from ipvault.pages.markup import ranges
from ipvault.records.domains import is_time
from ipvault.text import _

_STAMPED = "Timestamps of authorities (RFC 3161) that were checked show when something existed at the latest: {stamps}."
_UNSTAMPED = "No timestamp of an independent authority is among the data that were checked."


def draft_certification(folder: Path, *, name: str, checked: str) -> str:
    """The draft about the bundle in a folder, called `name`, in one line; `checked` is when.

    Raises `Damaged` if a check fails.
    """
    bundle = Bundle(str(folder), verifies_post_quantum)
    outcomes = list(bundle.outcomes())
    wrong = [f"{check}: {reason}" for outcome, check, reason in outcomes if outcome == FAIL]
    if wrong:
        raise Damaged(place=name, reason=_("a check of it fails: {check}").format(check=wrong[0]))
    try:
        described: dict[str, Any] = json.loads(bundle.read("bundle.json"))
        made, records = described["made"], [int(one["record"]) for one in described["records"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        made, records = "", []
    if not is_time(made):
        raise Damaged(place=f"{name}/bundle.json", reason=_("it does not describe a bundle"))
    stamps = [one for one in bundle.seen if one.stamp]
    values = {
        "software": __version__,
        "vault": bundle.vault,
        "timestamps": _STAMPED.format(stamps="; ".join(map(str, stamps))) if stamps else _UNSTAMPED,
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
    }
    template = files("ipvault.evidence").joinpath("certification.md").read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template)
