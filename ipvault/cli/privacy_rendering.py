"""How requests of data subjects and consents look, for people and in JSON."""

from __future__ import annotations

from typing import Any, Final

from ipvault.catalog.consents import Consent
from ipvault.catalog.privacy import PrivacyRequest
from ipvault.cli.rendering import or_null
from ipvault.records.privacy import ACCESS, ERASURE, GRANTED, PARTLY, REFUSED
from ipvault.text import N_

RIGHTS: Final = {ERASURE: N_("erasure of data"), ACCESS: N_("access to data")}
STATES: Final = {"open": N_("open"), "decided": N_("decided, to be told"), "closed": N_("closed")}
ANSWERS: Final = {GRANTED: N_("granted"), PARTLY: N_("granted in part"), REFUSED: N_("refused")}


def request_json(one: PrivacyRequest) -> dict[str, Any]:
    """A request for programs."""
    empty = ("member", "outsider", "extended", "answer", "answered", "reason", "closed", "told", "late")
    return {**or_null(one._asdict(), *empty), "state": one.state}


def consent_json(one: Consent, names: dict[str, str]) -> dict[str, Any]:
    """A consent for programs."""
    data = or_null(one._asdict(), "from_day", "until_day", "withdrawn", "reason")
    return {**data, "document_name": names.get(one.document, "")}
