"""Whether somebody says on which basis a document that is export-controlled may go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.labelling import export_classes
from ipvault.governance.policy.policy import Policy
from ipvault.records.vocabulary import CAT
from ipvault.text import _
from ipvault.vault.gate import BLOCKED, PASSED, Request, Verdict

NAME: Final = "export-control"


def check(request: Request, _policy: Policy, _catalog: Catalog) -> Iterator[Verdict]:
    """By the tags of documents, whatever the policy says: no tag, and nothing is asked. What is said is not judged."""
    for item in {item.id: item for item, _version in request.versions}.values() if request.channel != CAT else ():
        classes = export_classes(item.tags)
        if not classes:
            continue
        fields = {"item": item.name, "classes": ", ".join(classes), "basis": request.basis}
        if request.basis.strip():
            reason = _("{item} ({classes}) goes on this basis: {basis}; whether that is enough, counsel decides")
            yield Verdict(NAME, PASSED, item.id, reason.format(**fields))
        else:
            reason = _("{item} is export-controlled ({classes}), and nobody says on which basis it may go")
            remedy = _("have counsel decide, and name the licence, the exception, or why none is needed: --basis TEXT")
            yield Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)
