"""What is in the documents: what was found in them by rules, and what of the vault is in them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence, Set
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Version
from ipvault.catalog.waivers import counting
from ipvault.governance.policy.policy import BLOCK, Policy, Rules
from ipvault.records.vocabulary import CAT, LABELS
from ipvault.text import _, ngettext, program
from ipvault.vault.findings import SEVERITIES, Finding, Scan
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, Request, Verdict

NAME: Final = "dlp"
UNREAD: Final = "unread"
"""What the verdict on a document is called whose text could not be read."""

_SHOWN: Final = 3
"""Findings that a reason names."""


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """Documents are searched when they leave, and whoever reads what is in his rooms is not asked.

    What is expected with a document's label or tags is no finding, nor what was waived by somebody who may write where
    the document is.
    """
    leaving = [(*one, policy.labels[one[0].label]) for one in request.versions if request.channel != CAT]
    searched = [(item, version, rules) for item, version, rules in leaving if rules.findings or rules.unread == BLOCK]
    if request.scans is None:
        if searched:
            yield Verdict(NAME, PASSED, "", _("documents are searched when they leave"))
        return
    waived = {room: counting(catalog, room).keys() for room in {item.room for item, _version, _rules in searched}}
    for item, version, rules in searched:
        yield from _of_document(item, version, rules, request.scans.get(version.object), waived[item.room])


def _of_document(item: Item, version: Version, rules: Rules, scan: Scan | None, waived: Set[str]) -> Iterator[Verdict]:
    name = f"{item.name}@{version.number}"
    if scan is None:
        reason = _("{name} was not searched for what should not go out").format(name=name)
        yield Verdict(NAME, NEEDS, item.id, reason, _("try again"))
        return
    least = SEVERITIES.index(rules.findings) if rules.findings else len(SEVERITIES)
    grave = [one for one in scan.findings if one.rank >= least and not _is_expected(one, item)]
    against = [one for one in grave if one.fingerprint not in waived]
    if scan.unread:
        reason = _("{name} could not be read, or not all of it: {reason}").format(name=name, reason=scan.unread)
        remedy = _("look at it, and say with --reason why it may leave") if rules.unread == BLOCK else ""
        yield Verdict(UNREAD, BLOCKED if remedy else PASSED, item.id, reason, remedy)
    if against:
        reason = _("{name} has something in it: {findings}").format(name=name, findings=_told(against))
        yield Verdict(NAME, BLOCKED, item.id, reason, _remedy(item, name, against))
    elif said := _said(name, scan, waived):
        yield Verdict(NAME, PASSED, item.id, said)


def _is_expected(finding: Finding, item: Item) -> bool:
    """Whether a label or tag of the document says as much; `ear` is said by a tag such as `ear:3A001` too."""
    tags = {word for tag in item.tags for word in (tag, tag.partition(":")[0])}
    below = LABELS[: LABELS.index(item.label) + 1]
    return any(one in tags or one in below for one in finding.expected)


def _told(findings: Sequence[Finding]) -> str:
    """The first few of them, with their places and matches."""
    shown = [
        _("{rule} ({place}: {match})").format(rule=one.rule, place=one.place, match=one.match)
        for one in findings[:_SHOWN]
    ]
    if (more := len(findings) - _SHOWN) > 0:
        shown.append(ngettext("{count} more", "{count} more", more).format(count=more))
    return ", ".join(shown)


def _remedy(item: Item, name: str, findings: list[Finding]) -> str:
    look = f"{program()} dlp scan {shlex.quote(name)}"
    waive = f"{program()} dlp waive {findings[0].fingerprint} --reason TEXT"
    if all(one.expected for one in findings):
        said = sorted({one.expected[0] for one in findings})
        labels = [word for word in LABELS if word in said]
        options = [f"--label {labels[-1]}"] if labels else []
        options += [f"--tag {shlex.quote(word)}" for word in said if word not in LABELS]
        text = _(
            "take it out, or say that it belongs there: `{label}`; for a false alarm: `{waive}`; or give a --reason"
        )
        return text.format(label=f"{program()} label {shlex.quote(item.name)} {' '.join(options)}", waive=waive)
    text = _("take it out, or look at it with `{look}`; for a false alarm: `{waive}`; or give a --reason")
    return text.format(look=look, waive=waive)


def _said(name: str, scan: Scan, waived: Set[str]) -> str:
    """What is worth keeping of a document that passes."""
    parts = []
    others = [one for one in scan.findings if one.fingerprint not in waived]
    if count := len(scan.findings) - len(others):
        parts.append(ngettext("{count} finding is waived", "{count} findings are waived", count).format(count=count))
    if others:
        text = _("{findings}: no reason to keep it back")
        parts.append(text.format(findings=_told(others)))
    return f"{name}: {'; '.join(parts)}" if parts else ""
