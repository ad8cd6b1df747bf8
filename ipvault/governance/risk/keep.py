"""Recording assessments, and accepting them."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.agreements import agreements
from ipvault.catalog.assessments import Assessment, assessments, basis, find_assessment
from ipvault.catalog.items import Item, items_of
from ipvault.catalog.recipients import Recipient, find_recipient
from ipvault.errors import Conflict, Denied
from ipvault.governance.policy.current import current_policy
from ipvault.governance.risk.answers import Answers
from ipvault.governance.risk.facts import known_answers, record_of
from ipvault.governance.risk.measures import measures
from ipvault.governance.risk.method import gravest, method_digest, score
from ipvault.governance.risk.weighing import Weighing, is_above
from ipvault.journal.head import Head
from ipvault.records.assessments import AssessmentAccepted, AssessmentMade
from ipvault.records.wording import in_words
from ipvault.text import _
from ipvault.vault.clock import today
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def assess(
    vault: Vault, items: Sequence[Item], recipient: Recipient, answers: Answers
) -> tuple[list[Assessment], Head]:
    """Record what it means to share each of these items with a recipient, by what the vault knows and was answered.

    Raises `Conflict` for an item that left its room meanwhile, and what finding the recipient raises.
    """
    ids = []
    with transaction(vault) as change:
        present = items_of(vault.catalog, [item.id for item in items])
        party = find_recipient(vault.catalog, recipient.fingerprint)
        maker = _Maker(vault, party, answers)
        for before in items:
            item = present.get(before.id)
            if item is None or item.room != before.room:
                raise Conflict(
                    problem=_("{name} left its room a moment ago: look at it first").format(name=before.name)
                )
            made = maker.assessment_of(item)
            ids.append(made.assessment)
            change.record(made, item.room)
        head = change.commit()
    by_id = {one.id: one for one in assessments(vault.catalog)}
    return [by_id[id_] for id_ in ids], head


def accept(vault: Vault, typed: str, reason: str) -> tuple[Assessment, Head]:
    """Record that this member accepts the risk of an assessment.

    Raises `NoSuchAssessment`, `Denied` to whoever made it and for a risk that the policy lets nobody accept, and
    `Conflict` if it is accepted already.
    """
    with transaction(vault) as change:
        found = find_assessment(vault.catalog, typed)
        if found.assessor == vault.member:
            raise Denied(reason=_("nobody accepts a risk that they assessed themselves: another member has to"))
        if found.accepted:
            raise Conflict(problem=_("the risk is accepted already, so nothing was recorded"))
        _see_that_policy_lets(current_policy(vault.catalog).risk, found)
        change.record(AssessmentAccepted(assessment=found.id, reason=reason), found.room)
        head = change.commit()
    return find_assessment(vault.catalog, found.id), head


def _see_that_policy_lets(risk: Weighing, found: Assessment) -> None:
    level = risk.level(found.score)
    if is_above(level, risk.accept):
        text = _(
            "the risk is {level}, and the policy lets nobody accept more than {most}: take measures, assess it anew"
        )
        raise Denied(reason=text.format(level=in_words(level), most=in_words(risk.accept)))


class _Maker:
    """Makes assessments of sharing with one recipient, by what the records say now."""

    def __init__(self, vault: Vault, recipient: Recipient, answers: Answers) -> None:
        self._vault, self._recipient, self._answers = vault, recipient, answers
        self._policy, self._agreements = current_policy(vault.catalog), agreements(vault.catalog)
        self._record = record_of(vault.catalog, recipient)
        self._day = today(vault)

    def assessment_of(self, item: Item) -> AssessmentMade:
        vault, policy = self._vault, self._policy
        rests_on = basis(self._agreements, item, self._recipient, vault.member, self._day)
        words = {**known_answers(item, self._recipient, rests_on, self._record), **self._answers.words}
        scored = score(words, policy.risk)
        return AssessmentMade(
            assessment=vault.machine.random(16).hex(),
            item=item.id,
            recipient=self._recipient.id,
            policy=policy.version,
            method=method_digest(policy.risk),
            label=rests_on.label,
            fingerprint=rests_on.fingerprint,
            jurisdiction=rests_on.jurisdiction,
            card=rests_on.card,
            agreements=tuple(id_ for id_, _version in rests_on.agreements),
            agreement_versions=tuple(version for _id, version in rests_on.agreements),
            questions=tuple(words),
            answers=tuple(words.values()),
            risks=tuple(one.risk for one in scored),
            likelihoods=tuple(one.likelihood for one in scored),
            impacts=tuple(one.impact for one in scored),
            reasons=tuple(one.reason for one in scored),
            level=policy.risk.level(gravest(scored)),
            measures=measures(words, scored, policy.risk),
            note=self._answers.note,
        )
