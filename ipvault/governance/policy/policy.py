"""The policy: what each label asks for, and what an override takes.

    format = 1

    [label.secret]
    egress = "package-only"
    approvals = 1

    [override]
    approvals = 0

    [risk]
    high = 10

    [calendar]
    zone = "Europe/Berlin"

A field that is not named keeps the value with which nothing is asked for. One that is not known, or has another kind of
value, is an error: what cannot be enforced must not look as if it were.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Final

import tomli_w

from ipvault.catalog.privacy import PERSONAL_DATA as PERSONAL_DATA
from ipvault.errors import PolicyRefused
from ipvault.governance.risk.weighing import MAX_SCORE, MAX_WEIGHT, WEIGHTS, Weighing
from ipvault.records.agreements import AGREEMENT_TYPES, DPA, EMPLOYMENT, JOINT_VENTURE, LICENCE, NDA
from ipvault.records.assessments import LEVELS, MEDIUM
from ipvault.records.domains import is_detail, is_name
from ipvault.records.vocabulary import LABELS, MAX_TEXT
from ipvault.text import _
from ipvault.toml import parse_versioned
from ipvault.vault.calendar import Calendar
from ipvault.vault.findings import SEVERITIES

FORMAT: Final = 1

ANY: Final = "any"
PACKAGE_ONLY: Final = "package-only"
NONE: Final = "none"
EGRESS: Final = (ANY, PACKAGE_ONLY, NONE)
"""Ways out of the vault: every one, sealed packages only, or none."""

PASS: Final = "pass"  # noqa: S105  # no password
BLOCK: Final = "block"
UNREAD: Final = (PASS, BLOCK)

UNMARKED: Final = "none"
DOCUMENTS: Final = "documents"
WITH_TEXT: Final = "with-text"
MARK: Final = (UNMARKED, DOCUMENTS, WITH_TEXT)

MAX_APPROVALS: Final = 16
MAX_DAYS: Final = 36_500
_MAX_JURISDICTIONS: Final = 300
_MAX_NAMES: Final = 100

CONSENT: Final = "consent"
"""What stands among the types of agreements for personal data where a consent is enough as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one label asks for. The defaults ask for nothing."""

    egress: str = ANY
    expiry: int = 0
    """Days after which a package expires, at the latest; 0 for no limit."""
    approvals: int = 0
    """How many other members have to approve exactly what is sent."""
    jurisdictions: tuple[str, ...] = ()
    """Where recipients may be, as their cards say; none named means anywhere."""
    agreement: tuple[str, ...] = ()
    """Of which types an agreement has to cover each document and recipient; none named means that none is needed."""
    personal_data: tuple[str, ...] = ()
    """The same, for documents with the tag PERSONAL_DATA; with CONSENT, that of everybody concerned is enough."""
    findings: str = ""
    """Documents in which something at least so grave is found, and not waived, do not leave; empty for no search."""
    unread: str = PASS
    """What becomes of documents whose text could not be read, or not all of it."""
    mark: str = UNMARKED
    """Which copies say for whom they are: none, those of documents and pictures, or of plain text too."""
    risk: str = ""
    """Of which level the assessed risk may be at most; empty if nothing has to be assessed."""
    acknowledgements: tuple[str, ...] = ()
    """Which texts whoever shares, and each recipient, must have accepted, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What it takes to let something pass that the policy blocks; a reason is always asked for."""

    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of the policy; 0 is the one that a vault begins with."""

    version: int
    labels: dict[str, Rules]
    override: Override = field(default_factory=Override)
    own_rules: tuple[dict[str, Any], ...] = ()
    """Rules by which documents are searched besides those of ipvault, as in a file of rules."""
    risk: Weighing = field(default_factory=Weighing)
    calendar: Calendar = field(default_factory=Calendar)

    def to_toml(self) -> str:
        """Its text; the number of the version is no part of it."""
        document = {
            "format": FORMAT,
            "label": {label: _table(self.labels[label]) for label in LABELS},
            "override": _table(self.override),
            "risk": _table(self.risk),
            **({"rule": list(self.own_rules)} if self.own_rules else {}),
        }
        if self.calendar != Calendar():
            document["calendar"] = _table(self.calendar)
        return tomli_w.dumps(document)

    @classmethod
    def from_toml(cls, data: bytes, place: str, version: int = 0) -> Policy:
        """Raises `PolicyRefused` for what is no policy, and `FormatTooNew`."""
        if len(data) > MAX_TEXT:
            raise PolicyRefused(place=place, reason=_("it is too large"))
        try:
            document = parse_versioned(data, place, FORMAT)
        except ValueError:
            raise PolicyRefused(place=place, reason=_("it is not TOML that begins with format = 1")) from None
        own_rules = document.pop("rule", [])
        labels, override, risk, calendar = _tables(document, place)
        rules = {label: _rules(labels.get(label, {}), f"label.{label}", place) for label in LABELS}
        overriding = Override(**_values(override, Override, "override", place))
        weighing, hours = _weighing(risk, place), _calendar(calendar, place)
        policy = cls(version, rules, overriding, risk=weighing, calendar=hours)
        if not own_rules:
            return policy
        from ipvault.governance.policy.rules import checked_rules  # they take time to read, and few policies have any

        return dataclasses.replace(policy, own_rules=checked_rules(own_rules, place))

    def changed(self, label: str, name: str, value: str) -> Policy:
        """The same with one field of a label or another table, as it was typed. Raises `PolicyRefused`."""
        place = f"{label}.{name}"
        if label == "override":
            values = _values({name: _typed(value, Override, name, place)}, Override, label, place)
            return dataclasses.replace(self, override=dataclasses.replace(self.override, **values))
        if label == "risk":
            weighing = {**_table(self.risk), name: _typed(value, Weighing, name, place)}
            return dataclasses.replace(self, risk=_weighing(weighing, place))
        if label == "calendar":
            changed = {**_table(self.calendar), name: _typed(value, Calendar, name, place)}
            return dataclasses.replace(self, calendar=_calendar(changed, place))
        typed = {**_table(self.labels[label]), name: _typed(value, Rules, name, place)}
        return dataclasses.replace(self, labels={**self.labels, label: _rules(typed, f"label.{label}", place)})


_SECRECY: Final = (NDA, LICENCE, JOINT_VENTURE, EMPLOYMENT)
"""Types of agreements by which somebody usually has to keep a secret."""

DEFAULT: Final = Policy(
    0,
    {
        "public": Rules(findings="low"),
        "internal": Rules(personal_data=(DPA,), findings="medium"),
        "confidential": Rules(expiry=365, agreement=_SECRECY, personal_data=(DPA,), findings="high"),
        "secret": Rules(
            egress=PACKAGE_ONLY,
            expiry=90,
            approvals=1,
            agreement=_SECRECY,
            personal_data=(DPA,),
            findings="high",
            risk=MEDIUM,
        ),
    },
)
"""What a small legal team would keep: the policy of a vault for which nobody has set one."""


_Table = Rules | Override | Weighing | Calendar
"""What a table of a policy can be."""


def _table(rules: _Table) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(rules).items()
    }


def _tables(document: dict[str, Any], place: str) -> list[dict[str, Any]]:
    tables = [document.pop(name, {}) for name in ("label", "override", "risk", "calendar")]
    for name in document:
        raise PolicyRefused(place=place, reason=_("there is nothing called {name} in a policy").format(name=name))
    if not isinstance(tables[0], dict):
        raise PolicyRefused(place=place, reason=_("{where} has to be a table").format(where="label"))
    for name in tables[0].keys() - LABELS:
        text = _("{name} is no label; there are {labels}")
        raise PolicyRefused(place=place, reason=text.format(name=name, labels=", ".join(LABELS)))
    return tables


def _rules(table: Any, where: str, place: str) -> Rules:
    values = _values(table, Rules, where, place)
    typed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    rules = Rules(**typed)
    if rules.egress not in EGRESS:
        text = _("egress in {where} is one of {choices}")
        raise PolicyRefused(place=place, reason=text.format(where=where, choices=", ".join(EGRESS)))
    if rules.findings not in ("", *SEVERITIES):
        text = _("findings in {where} is one of {choices}, or empty")
        raise PolicyRefused(place=place, reason=text.format(where=where, choices=", ".join(SEVERITIES)))
    if rules.unread not in UNREAD:
        text = _("unread in {where} is one of {choices}")
        raise PolicyRefused(place=place, reason=text.format(where=where, choices=", ".join(UNREAD)))
    if rules.mark not in MARK:
        text = _("mark in {where} is one of {choices}")
        raise PolicyRefused(place=place, reason=text.format(where=where, choices=", ".join(MARK)))
    many = len(rules.jurisdictions) > _MAX_JURISDICTIONS
    if many or not all(type(one) is str and one and is_detail(one) for one in rules.jurisdictions):
        text = _("jurisdictions in {where} are texts as on cards, such as DE")
        raise PolicyRefused(place=place, reason=text.format(where=where))
    for name, listed, more in (("agreement", rules.agreement, ()), ("personal_data", rules.personal_data, (CONSENT,))):
        choices = (*AGREEMENT_TYPES, *more)
        if not all(type(one) is str and one in choices for one in listed):
            text = _("{name} in {where} is a list of {choices}")
            raise PolicyRefused(place=place, reason=text.format(name=name, where=where, choices=", ".join(choices)))
    if rules.risk not in ("", *LEVELS):
        text = _("risk in {where} is empty or one of {choices}")
        raise PolicyRefused(place=place, reason=text.format(where=where, choices=", ".join(LEVELS)))
    if len(rules.acknowledgements) > _MAX_NAMES or not all(map(_is_title, rules.acknowledgements)):
        text = _("acknowledgements in {where} are names of texts, as `training list` shows them")
        raise PolicyRefused(place=place, reason=text.format(where=where))
    return rules


def _is_title(value: Any) -> bool:
    return type(value) is str and is_name(value) and "," not in value


def _weighing(table: Any, place: str) -> Weighing:
    weighing = Weighing(**_values(table, Weighing, "risk", place))
    for name in WEIGHTS:
        if not 1 <= weighing.weight(name) <= MAX_WEIGHT:
            text = _("{name} in risk goes from 1 to {most}")
            raise PolicyRefused(place=place, reason=text.format(name=name, most=MAX_WEIGHT))
    if not 1 < weighing.medium < weighing.high < weighing.critical <= MAX_SCORE:
        text = _("medium, high and critical in risk are scores up to {most}, each greater than the one before")
        raise PolicyRefused(place=place, reason=text.format(most=MAX_SCORE))
    if weighing.accept not in LEVELS:
        text = _("accept in risk is one of {choices}")
        raise PolicyRefused(place=place, reason=text.format(choices=", ".join(LEVELS)))
    return weighing


def _calendar(table: Any, place: str) -> Calendar:
    calendar = Calendar.of(_values(table, Calendar, "calendar", place))
    if objection := calendar.objection():
        raise PolicyRefused(place=place, reason=_("calendar: {problem}").format(problem=objection))
    return calendar


def _values(table: Any, shape: type[_Table], where: str, place: str) -> dict[str, Any]:
    """The values of a table, each of the kind that its field has."""
    if not isinstance(table, dict):
        raise PolicyRefused(place=place, reason=_("{where} has to be a table").format(where=where))
    defaults = _table(shape())
    for name, value in table.items():
        if name not in defaults:
            text = _("there is nothing called {name} in {where}; there are {names}")
            raise PolicyRefused(place=place, reason=text.format(name=name, where=where, names=", ".join(defaults)))
        if type(value) is not type(defaults[name]):
            text = _("{name} in {where} has another kind of value, such as {example}")
            raise PolicyRefused(place=place, reason=text.format(name=name, where=where, example=defaults[name]))
        most = {"approvals": MAX_APPROVALS, "expiry": MAX_DAYS}.get(name)
        if most is not None and not 0 <= value <= most:
            text = _("{name} in {where} goes from 0 to {most}")
            raise PolicyRefused(place=place, reason=text.format(name=name, where=where, most=most))
    return dict(table)


def _typed(text: str, shape: type[_Table], name: str, place: str) -> Any:
    """What somebody typed for a field, as TOML would have it."""
    default = _table(shape()).get(name)
    if isinstance(default, int):
        number = text.removesuffix("d") if name == "expiry" else text
        if not (number.isascii() and number.isdigit() and len(number) < 6):
            raise PolicyRefused(place=place, reason=_("a number is wanted there"))
        return int(number)
    if isinstance(default, list):
        return [part for piece in text.split(",") if (part := piece.strip())]
    return text
