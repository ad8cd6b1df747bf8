"""How requests of data subjects and consents look, for people and in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.consents import Consent
from ipvault.catalog.privacy import PrivacyRequest
from ipvault.cli.rendering import or_null
from ipvault.records.privacy import ACCESS, ERASURE, GRANTED, PARTLY, REFUSED
from ipvault.text import N_, _, program

RIGHTS: Final = {ERASURE: N_("erasure of data"), ACCESS: N_("access to data")}
STATES: Final = {"open": N_("open"), "decided": N_("decided, to be told"), "closed": N_("closed")}
ANSWERS: Final = {GRANTED: N_("granted"), PARTLY: N_("granted in part"), REFUSED: N_("refused")}


def request_json(one: PrivacyRequest) -> dict[str, Any]:
    """A request for programs."""
    empty = ("member", "outsider", "extended", "answer", "answered", "reason", "closed", "told", "late")
    return {**or_null(one._asdict(), *empty), "state": one.state}


def finish_them(found: Sequence[PrivacyRequest]) -> str:
    """What to do where holds have kept what requests ask for, and do not any more."""
    text = _("No hold keeps any more what was left of an erasure. To finish it: {command}")
    ids = (one.id[:SHORT_ID] for one in found)
    commands = (f"{program()} privacy request decide {id_} --grant --reason TEXT" for id_ in ids)
    return "\n".join(text.format(command=command) for command in commands)


def consent_json(one: Consent, names: dict[str, str]) -> dict[str, Any]:
    """A consent for programs."""
    data = or_null(one._asdict(), "from_day", "until_day", "withdrawn", "reason")
    return {**data, "document_name": names.get(one.document, "")}
