"""How entries of the register look, for people and in JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.register import APPROVED, PROPOSED, RETIRED, Ruling, Secret
from ipvault.cli.opening import member_name
from ipvault.cli.rendering import human_time
from ipvault.oversight.register.protection import Protected, Protection, Sent
from ipvault.records.register import FACTORS, SECRET_TYPES
from ipvault.text import N_, _
from ipvault.vault.vault import Vault

SecretType = StrEnum("SecretType", {word: word for word in SECRET_TYPES})  # type: ignore[misc]  # see choices


_STATUS_WORDS: Final = {PROPOSED: N_("proposed"), APPROVED: N_("approved"), RETIRED: N_("retired")}

TITLES: Final = (
    *(_("Id"), _("Title"), _("Type"), _("Owner"), _("Custodian")),
    *(_("Status"), _("Score"), _("Review by"), _("Until")),
)


def secret_json(vault: Vault, secret: Secret, names: dict[str, str]) -> dict[str, Any]:
    """An entry for programs; what it describes is not in it."""
    content, scoring = secret.content, secret.scoring
    factors = [
        {"factor": factor, "score": score, "reason": reason}
        for factor, (score, reason) in (scoring.by_factor.items() if scoring else ())
    ]
    return {
        "id": secret.id,
        "record": secret.seq,
        "time": secret.time,
        "room": names.get(secret.room, secret.room),
        "title": content.title,
        "type": content.type,
        "owner": content.owner,
        "custodian": content.custodian,
        "items": [{"id": one, "name": names.get(one)} for one in content.items],
        "value": content.value,
        "until": content.until_day or None,
        "status": secret.status,
        "proposed_by": member_name(vault, secret.proposer),
        "review_day": secret.review_day,
        "factors": factors,
        "score": sum(scoring.scores) if scoring else None,
        "approval": _ruling_json(vault, secret.approval),
        "approved_as_scored": secret.is_approved_as_scored,
        "retirement": _ruling_json(vault, secret.retirement),
    }


def status_in_words(secret: Secret) -> str:
    """How an entry stands; an approval is of what was scored then."""
    if secret.status == APPROVED and not secret.is_approved_as_scored:
        return _("approved as scored before")
    return _(_STATUS_WORDS[secret.status])


def secret_row(secret: Secret) -> tuple[str, ...]:
    """An entry as a line of a table."""
    content = secret.content
    score = f"{sum(secret.scoring.scores)}/{5 * len(FACTORS)}" if secret.scoring else ""
    return (
        *(secret.id[:SHORT_ID], content.title, content.type, content.owner, content.custodian),
        *(status_in_words(secret), score, secret.review_day, content.until_day),
    )


def protection_json(vault: Vault, protected: Protection) -> dict[str, Any]:
    """What protects it, for programs."""
    return {"documents": [_item_json(vault, one) for one in protected.items], "unseen": list(protected.unseen)}


def ruling_in_words(vault: Vault, ruling: Ruling | None) -> str:
    """Who decided when, and why; empty where nobody did."""
    if ruling is None:
        return ""
    text = _("{name} on {time}, record {seq}").format(
        name=member_name(vault, ruling.member), time=human_time(ruling.time), seq=ruling.seq
    )
    return f"{text}: {ruling.reason}" if ruling.reason else text


def _ruling_json(vault: Vault, ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    by = member_name(vault, ruling.member)
    return {"record": ruling.seq, "time": ruling.time, "by": by, "reason": ruling.reason}


def _item_json(vault: Vault, one: Protected) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "name": one.item.name,
        "room": one.item.room_name,
        "label": one.item.label,
        "members": [{"name": member_name(vault, who.fingerprint), **who._asdict()} for who in one.members],
        "kept_keys": [member_name(vault, who) for who in one.kept],
        "sent": [_sent_json(sent) for sent in one.sent],
    }


def _sent_json(sent: Sent) -> dict[str, Any]:
    return {
        "name": sent.recipient.name if sent.recipient else None,
        "fingerprint": sent.fingerprint,
        "packages": list(sent.packages),
        "agreements": [one.id for one in sent.agreements],
    }
