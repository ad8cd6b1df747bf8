"""`ipvault policy`: what has to be so before documents leave the vault."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from ipvault.catalog.policies import last_version, policy_versions
from ipvault.cli.choices import Reason
from ipvault.cli.files import PIPE, read_small
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.errors import UsageError
from ipvault.governance.policy.current import current_policy, set_policy, unmet
from ipvault.governance.policy.policy import Policy
from ipvault.records.vocabulary import LABELS, MAX_TEXT
from ipvault.records.wording import in_words
from ipvault.text import N_, _, ngettext
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

Source = Annotated[str, typer.Argument(metavar="FILE|-", help=_("A policy as TOML."))]
_NONE = N_("none")
_NOTHING = {"expiry": N_("no limit"), "jurisdictions": N_("anywhere"), "risk": N_("not assessed")}
"""What a field says with which a label asks for nothing."""


def show_policy() -> None:
    """A column for each label. `policy export` writes it to a file that can be changed and imported."""
    output = current().output
    vault = open_to_read()
    policy = current_policy(vault.catalog)
    versions = policy_versions(vault.catalog)
    output.result("policy-show", _json(policy), journal=vault.catalog.head)
    fields = [field.name for field in dataclasses.fields(policy.labels[LABELS[0]])]
    rows = [(name, *(_cell(name, getattr(policy.labels[label], name)) for label in LABELS)) for name in fields]
    output.table((_("Field"), *LABELS), rows)
    if policy.own_rules:
        names = ", ".join(str(rule["id"]) for rule in policy.own_rules)
        output.say(_("Documents are searched by rules of your own, too: {names}.").format(names=names))
    if count := policy.override.approvals:
        text = ngettext(
            "An override takes a reason, and the approval of {count} other.",
            "An override takes a reason, and the approval of {count} others.",
            count,
        )
        output.say(text.format(count=count))
    else:
        output.say(_("An override takes a reason."))
    text = _(
        "A risk is medium from score {medium} on, high from {high}, critical from {critical}; {accept} can be accepted."
    )
    output.say(text.format_map({**dataclasses.asdict(policy.risk), "accept": in_words(policy.risk.accept)}))
    if policy.calendar.zone:
        text = _("Working hours are {opens} to {closes} on {days}, in {zone}; holidays: {holidays}.")
        lists = {name: ", ".join(getattr(policy.calendar, name)) or _(_NONE) for name in ("days", "holidays")}
        output.say(text.format(**{**dataclasses.asdict(policy.calendar), **lists}))
    if not versions:
        output.say(_("This is the policy that a vault begins with; nobody has set one."))
    else:
        last = versions[-1]
        text = _("Version {version}, set by {name} on {time}.")
        name = member_name(vault, last.signer)
        output.say(text.format(version=last.version, name=name, time=human_time(last.time)))


def set_field(
    label: Annotated[str, typer.Argument(metavar="LABEL", help=_("A label, override, risk or calendar."))],
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE", help=_("Such as approvals=1."))],
    reason: Reason = "",
) -> None:
    """The fields are those that `policy show` lists. `egress` is any, package-only or none; `expiry` a number of days,
    0 for no limit; `approvals` how many others have to agree; `jurisdictions` a list with commas, such as DE,FR; so are
    `agreement` and `personal_data`, of the types of agreements of which one has to cover what is shared. `findings` is
    how grave what is found in a document may not be: low, medium or high; `unread` is pass or block; `mark` is none,
    documents or with-text. `risk` is how high the assessed risk may be, or empty; `acknowledgements` names texts that
    have to be accepted.

    In place of a label, `override` and `risk` set what overrides take and how risks are weighed: see `help risk`; and
    `calendar` when people work: `zone`, such as Europe/Berlin, `days`, such as mon,tue, `opens`, `closes`, `holidays`.
    """
    tables = (*LABELS, "override", "risk", "calendar")
    if label not in tables:
        choices = ", ".join(tables)
        raise UsageError(problem=_("{label} is no label; there are {choices}").format(label=label, choices=choices))
    vault = open_current()
    policy = current_policy(vault.catalog)
    for text in fields:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(problem=_("{text} sets nothing: write FIELD=VALUE").format(text=text))
        policy = policy.changed(label, name.strip(), free_text(value.strip()))
    _record("policy-set", vault, policy, reason)


def check_policy(source: Source) -> None:
    """Says whether it could be set, and changes nothing."""
    policy = _read(source)
    output = current().output
    output.result("policy-check", _json(policy))
    output.say(_("This is a policy that ipvault can enforce."))


def import_policy(source: Source, reason: Reason = "") -> None:
    """The whole of it takes the place of the present one, and applies to whatever leaves from now on."""
    policy = _read(source)
    _record("policy-import", open_current(), policy, reason)


def export_policy(destination: TextOutput = PIPE, force: Force = False) -> None:
    """As `policy import` reads it."""
    vault = open_to_read()
    write_text(destination, current_policy(vault.catalog).to_toml(), _("the policy"), force=force)
    current().output.result("policy-export", {"path": destination}, journal=vault.catalog.head)


def _record(schema: str, vault: Vault, policy: Policy, reason: str) -> None:
    output = current().output
    before = last_version(vault.catalog)
    new, head = set_policy(vault, policy, based_on=before, reason=free_text(reason))
    for sentence in unmet(vault.catalog, new):
        output.warn(sentence)
    output.result(schema, _json(new), journal=head)
    output.say(_("Version {version} of the policy applies from now on.").format(version=new.version))


def _read(source: str) -> Policy:
    place = _("the standard input") if source == PIPE else str(Path(source))
    return Policy.from_toml(read_small(source, MAX_TEXT), place)


def _json(policy: Policy) -> dict[str, Any]:
    labels = {label: dataclasses.asdict(rules) for label, rules in policy.labels.items()}
    return {
        "version": policy.version,
        "labels": labels,
        "override": dataclasses.asdict(policy.override),
        "risk": dataclasses.asdict(policy.risk),
        "calendar": dataclasses.asdict(policy.calendar) if policy.calendar.zone else None,
        "rules": [rule["id"] for rule in policy.own_rules],
    }


def _cell(name: str, value: object) -> str:
    """What a field asks for, in a word."""
    if not value:
        return _(_NOTHING.get(name, _NONE))
    if name == "expiry" and isinstance(value, int):
        return ngettext("{count} day", "{count} days", value).format(count=value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
