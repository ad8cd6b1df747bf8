"""What to do about risks: commands and clauses that follow from answers and levels."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ipvault.governance.risk.method import Scored, gravest
from ipvault.governance.risk.weighing import Weighing
from ipvault.records.assessments import CRITICAL, HIGH, LOW
from ipvault.text import N_, _, program

Answers = Mapping[str, str]
Levels = Mapping[str, str]
"""The level of each risk, and under `all` that of the gravest."""

_GRAVE: Final = (HIGH, CRITICAL)


class Measure(NamedTuple):
    """Something to do, and when; `text` can name `{item}`, the recipient's `{name}` and `{ipvault}`."""

    name: str
    applies: Callable[[Answers, Levels], bool]
    text: str


MEASURES: Final = (
    Measure(
        "agreement",
        lambda answers, _levels: answers["agreement"] == "none",
        N_("agree on secrecy, and record it: {ipvault} agreement add FILE --type nda --party {name}"),
    ),
    Measure(
        "compare-card",
        lambda answers, _levels: answers["card"] == "not-compared",
        N_("compare the fingerprint: {ipvault} recipient verify {name}"),
    ),
    Measure(
        "name-place",
        lambda answers, _levels: answers["place"] == "not-named",
        N_("ask for a card that names the jurisdiction: {ipvault} recipient update {name} CARD"),
    ),
    Measure(
        "due-diligence",
        lambda answers, levels: (
            answers["diligence"] in ("none", "concerns") or (answers["diligence"] == "some" and levels["all"] in _GRAVE)
        ),
        N_("find out more, then assess it anew: {ipvault} risk assess --item {item} --to {name}"),
    ),
    Measure(
        "receipts",
        lambda answers, _levels: answers["record"] == "unconfirmed",
        N_("ask for the receipts that are missing: {ipvault} receipt list"),
    ),
    Measure(
        "expiry",
        lambda _answers, levels: levels["all"] != LOW,
        N_("set a date and a purpose: {ipvault} share {item} --to {name} --expires 30d --purpose TEXT"),
    ),
    Measure(
        "four-eyes",
        lambda _answers, levels: levels["all"] in _GRAVE,
        N_("have another member look at it: {ipvault} request create {item} --to {name}"),
    ),
    Measure(
        "share-less",
        lambda _answers, levels: levels["dilution"] in _GRAVE,
        N_("share a document in which what your lead depends on is left out: {ipvault} add FILE"),
    ),
    Measure(
        "clause-use",
        lambda answers, _levels: answers["use"] in ("use", "develop", "pass-on"),
        N_("clause: for what it may be used, and that it goes to nobody else without consent"),
    ),
    Measure(
        "clause-results",
        lambda answers, _levels: answers["use"] == "develop",
        N_("clause: who owns what was there before, and what comes of the work"),
    ),
    Measure(
        "clause-field",
        lambda answers, _levels: answers["interests"] in ("partly-competing", "competing"),
        N_("clause: the field of use, and the persons by name who may see it"),
    ),
    Measure(
        "clause-penalty",
        lambda _answers, levels: levels["theft"] in _GRAVE or levels["secrecy"] in _GRAVE,
        N_("clause: the consequences of a breach, and a right to audit"),
    ),
    Measure(
        "clause-law",
        lambda answers, _levels: answers["enforcement"] != "well",
        N_("clause: the law that applies, and where disputes are settled"),
    ),
    Measure(
        "data-processing",
        lambda answers, _levels: answers["tags"] == "personal-data",
        N_("agree on data processing: {ipvault} agreement add FILE --type dpa --party {name}"),
    ),
    Measure(
        "export-basis",
        lambda answers, _levels: answers["tags"] == "export-control",
        N_("have counsel decide on which basis it may go: {ipvault} share {item} --to {name} --basis TEXT"),
    ),
    Measure(
        "counsel",
        lambda answers, _levels: answers["regulation"] in ("sector", "strict"),
        N_("have counsel say which rules apply, and whether they are kept"),
    ),
)

_TEXTS: Final = {measure.name: measure.text for measure in MEASURES}


def measures(answers: Answers, scored: tuple[Scored, ...], weighing: Weighing) -> tuple[str, ...]:
    """The names of the measures that follow."""
    levels = {one.risk: weighing.level(one.score) for one in scored}
    levels["all"] = weighing.level(gravest(scored))
    return tuple(measure.name for measure in MEASURES if measure.applies(answers, levels))


def in_words(measure: str, item: str, name: str) -> str:
    """A measure in a sentence; one that this ipvault does not know by its name."""
    text = _(_TEXTS.get(measure, "")) or measure
    return text.format(item=shlex.quote(item), name=shlex.quote(name), ipvault=program())
