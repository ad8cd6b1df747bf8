"""How assessments of risk look, for people and in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.agreements import agreements
from ipvault.catalog.assessments import Assessment, why_stale
from ipvault.catalog.items import items_of, names_by_id
from ipvault.catalog.recipients import recipients
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name
from ipvault.cli.rendering import human_time
from ipvault.governance.policy.current import current_policy
from ipvault.governance.risk.measures import in_words as measure_in_words
from ipvault.governance.risk.method import TITLES, method_digest
from ipvault.governance.risk.weighing import Weighing
from ipvault.records.assessments import CRITICAL, HIGH, LOW, MEDIUM
from ipvault.records.wording import in_words
from ipvault.text import _
from ipvault.vault.clock import today
from ipvault.vault.vault import Vault

_SIGNS: Final = {LOW: ".", MEDIUM: "+", HIGH: "#", CRITICAL: "!"}
"""How a field of the matrix shows its level: no colour is needed to read it."""

_CELL: Final = 9
"""Columns of a field: a sign, a blank, and the numbers of up to six risks."""


def matrix(assessment: Assessment, weighing: Weighing) -> list[str]:
    """Likelihood upwards, impact to the right; in each field its level, and the numbers of the risks that are in it."""
    content = assessment.content
    lines = [_("Likelihood")]
    for likelihood in range(5, 0, -1):
        cells = []
        for impact in range(1, 6):
            pairs = enumerate(zip(content.likelihoods, content.impacts, strict=False), 1)
            numbers = "".join(str(number) for number, pair in pairs if pair == (likelihood, impact))
            cells.append(f"{_SIGNS[weighing.level(likelihood * impact)]} {numbers}".ljust(_CELL))
        lines.append(f"{likelihood} | {''.join(cells)}".rstrip())
    lines.append(f"  +-{'-' * (5 * _CELL)}")
    lines.append(f"    {''.join(str(impact).ljust(_CELL) for impact in range(1, 6))}{_('Impact')}")
    legend = "  ".join(f"{sign} {in_words(level)}" for level, sign in _SIGNS.items())
    return [*lines, _("{signs}; a number is that of a risk above").format(signs=legend)]


class Present:
    """What assessments are shown with: names, the weights that apply, and whether each still counts, by what is now."""

    def __init__(self, vault: Vault, some: Iterable[Assessment]) -> None:
        catalog = vault.catalog
        self.names: Final = names_by_id(catalog)
        self.weighing: Final = current_policy(catalog).risk
        self._method: Final = method_digest(self.weighing)
        self._items: Final = items_of(catalog, [one.content.item for one in some])
        self._recipients: Final = {one.id: one for one in recipients(catalog)}
        self._agreements: Final = agreements(catalog)
        self._day: Final = today(vault)

    def why_stale(self, assessment: Assessment) -> str:
        """Why an assessment counts no longer, or empty."""
        item = self._items.get(assessment.content.item)
        party = self._recipients.get(assessment.content.recipient)
        return why_stale(self._agreements, assessment, item, party, self._day, self._method) or ""


def assessment_json(present: Present, assessment: Assessment) -> dict[str, Any]:
    """An assessment for programs."""
    content, names, weighing = assessment.content, present.names, present.weighing
    item, party = names.get(content.item, ""), names.get(content.recipient, "")
    rows = zip(content.risks, content.likelihoods, content.impacts, content.reasons, strict=False)
    return {
        "id": assessment.id,
        "seq": assessment.seq,
        "time": assessment.time,
        "room": assessment.room,
        "item": content.item,
        "item_name": item,
        "recipient": content.recipient,
        "recipient_name": party,
        "assessor": assessment.assessor,
        "policy": content.policy,
        "label": content.label,
        "agreements": list(content.agreements),
        "score": assessment.score,
        "level": content.level,
        "stale": present.why_stale(assessment) or None,
        "answers": dict(zip(content.questions, content.answers, strict=False)),
        "note": content.note,
        "risks": [
            {
                "risk": risk,
                "likelihood": likelihood,
                "impact": impact,
                "score": likelihood * impact,
                "level": weighing.level(likelihood * impact),
                "reason": reason,
            }
            for risk, likelihood, impact, reason in rows
        ],
        "measures": [{"measure": one, "what": measure_in_words(one, item, party)} for one in content.measures],
        "accepted": assessment.accepted or None,
        "acceptor": assessment.acceptor or None,
        "reason": assessment.reason or None,
    }


def tell_assessment(vault: Vault, present: Present, assessment: Assessment) -> None:
    """All of an assessment for a person: what it is about, the risks, the matrix, and what to do."""
    output, names, content, weighing = current().output, present.names, assessment.content, present.weighing
    item, party = names.get(content.item, content.item), names.get(content.recipient, content.recipient)
    answers = ", ".join(f"{name} {word}" for name, word in zip(content.questions, content.answers, strict=False))
    why = present.why_stale(assessment)
    rows = [
        (_("Id"), assessment.id),
        (_("What"), item),
        (_("For whom"), party),
        (_("Risk"), _("{level}, score {score} of 25").format(level=in_words(content.level), score=assessment.score)),
        (_("Assessed"), f"{member_name(vault, assessment.assessor)}, {human_time(assessment.time)}"),
        (_("Counts"), _("no longer: {why}").format(why=why) if why else _("yes")),
        (_("Answers"), answers),
        (_("Note"), content.note),
        (_("Accepted"), accepted_in_words(vault, assessment)),
    ]
    output.fields([row for row in rows if row[1]])
    pairs = zip(content.risks, content.likelihoods, content.impacts, content.reasons, strict=False)
    titles = ("", _("Risk"), _("Level"), _("Score"), _("Reason"))
    output.table(
        titles,
        [
            (number, _(TITLES.get(risk, "")) or risk, in_words(weighing.level(one * other)), one * other, reason)
            for number, (risk, one, other, reason) in enumerate(pairs, 1)
        ],
    )
    output.text("\n".join(matrix(assessment, weighing)))
    for one in content.measures:
        output.say(_("To do: {measure}").format(measure=measure_in_words(one, item, party)))


def accepted_in_words(vault: Vault, assessment: Assessment) -> str:
    """Who accepted the risk, when and why; empty if nobody did."""
    if not assessment.accepted:
        return ""
    told = (member_name(vault, assessment.acceptor), human_time(assessment.accepted), assessment.reason)
    return ", ".join(filter(None, told))


def row(present: Present, assessment: Assessment) -> tuple[str, ...]:
    """An assessment in a list."""
    content, names = assessment.content, present.names
    why = present.why_stale(assessment)
    state = _("no longer: {why}").format(why=why) if why else _("yes")
    return (
        assessment.id[:SHORT_ID],
        names.get(content.item, content.item[:SHORT_ID]),
        names.get(content.recipient, content.recipient[:SHORT_ID]),
        in_words(content.level),
        str(assessment.score),
        human_time(assessment.time),
        state,
    )
