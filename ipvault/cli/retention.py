"""`ipvault retention set|withdraw|event|list`: for how long documents are kept."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.retention import rules
from ipvault.cli.choices import ItemAddresses, Jsonl, Reason, typed_day
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.rendering import count_of_items, human_time, item_json
from ipvault.cli.retention_rendering import period_in_words, rule_json, then_in_words
from ipvault.cli.scope_options import Everything, Items, Labels, Rooms, Tags, Types, scope_of
from ipvault.errors import UsageError
from ipvault.oversight.retention.keep import Period, date_items, set_rule, withdraw_rule
from ipvault.records.domains import MAX_DAYS, is_name
from ipvault.records.retention import ADDED, DAYS, ENDS, MONTHS, REVIEW, STARTS, YEARS
from ipvault.text import _
from ipvault.vault.names import free_text

_Start = StrEnum("_Start", {word: word for word in STARTS})  # type: ignore[misc]  # see choices
_Then = StrEnum("_Then", {word: word for word in ENDS})  # type: ignore[misc]

_UNITS: Final = {"d": DAYS, "m": MONTHS, "y": YEARS}
_NEVER: Final = "-"

RuleName = Annotated[str, typer.Argument(metavar="RULE", help=_("Its name, or the beginning of its id."))]


def set_retention(
    name: Annotated[str, typer.Argument(metavar="RULE", help=_("What to call the rule."))],
    keep: Annotated[str, typer.Option("--keep", metavar="10y", help=_("For how long: such as 90d, 6m or 10y."))],
    start: Annotated[
        _Start, typer.Option("--since", help=_("Since when: it was added, its newest version was, or an event."))
    ] = _Start[ADDED],
    then: Annotated[_Then, typer.Option("--then", help=_("What is due when that is over."))] = _Then[REVIEW],
    items: Items = None,
    rooms: Rooms = None,
    labels: Labels = None,
    types: Types = None,
    tags: Tags = None,
    everything: Everything = False,
    reason: Reason = "",
) -> None:
    """A rule of that name is replaced. Months and years are those of the calendar; the last day counts. Where several
    rules are about a document, the one that keeps it longest decides; one that waits for an event keeps it until that
    is recorded (`retention event`). Nothing is destroyed by itself: see `retention due` and `retention run`.
    """
    scope, called = scope_of(items, rooms, labels, types, tags, everything), free_text(name).strip()
    if not is_name(called):
        raise UsageError(problem=_("the rule needs a name, on one line"))
    match = re.fullmatch(r"([0-9]{1,5})([dmy])", keep)
    if match is None or int(match[1]) > MAX_DAYS:
        text = _("{text} is not a length of time; write for instance 90d, 6m or 10y")
        raise UsageError(problem=text.format(text=keep))
    period = Period(int(match[1]), _UNITS[match[2]], str(start), str(then))
    output = current().output
    vault = open_current()
    rule, head = set_rule(vault, called, scope, period, free_text(reason))
    output.result("retention-set", {"rule": rule_json(rule)}, journal=head)
    text = _("The rule {name} counts from now on, as {id}: {period}, then {then}.")
    fields = {"period": period_in_words(rule), "then": then_in_words(rule)}
    output.say(text.format(name=rule.name, id=rule.id[:SHORT_ID], **fields))


def withdraw(name: RuleName, reason: Reason = "") -> None:
    """What only this rule was about is kept from now on for as long as nobody erases it."""
    why = free_text(reason)
    output = current().output
    vault = open_current()
    rule, head = withdraw_rule(vault, name, why)
    output.result("retention-withdraw", {"rule": rule_json(rule)}, journal=head)
    output.say(_("The rule {name} counts no more.").format(name=rule.name))


def event(
    items: ItemAddresses,
    day: Annotated[str, typer.Option("--on", metavar="DATE|-", help=_("When it happened; - for not yet."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What happened, for the journal."))] = "",
) -> None:
    """For rules that keep documents since an event, such as the end of a contract or the grant of a patent."""
    when, why = "" if day == _NEVER else str(typed_day(day)), free_text(reason)
    output = current().output
    vault = open_current()
    found, head = date_items(vault, items, when, why)
    output.result("retention-event", {"day": when or None, "items": [item_json(one) for one in found]}, journal=head)
    text = _("Recorded {day} for {items}.")
    output.say(text.format(day=when or _("that it has not happened yet"), items=count_of_items(len(found))))


def list_rules(jsonl: Jsonl = False) -> None:
    """Withdrawn ones too."""
    output = current().output
    vault = open_to_read()
    found = rules(vault.catalog)
    if jsonl:
        output.jsonl(map(rule_json, found))
        return
    output.result("retention-list", {"rules": [rule_json(one) for one in found]}, journal=vault.catalog.head)
    titles = (_("Id"), _("Rule"), _("Kept"), _("Then"), _("Set"), _("Withdrawn"))
    output.table(
        titles,
        [
            (
                one.id[:SHORT_ID],
                one.name,
                period_in_words(one),
                then_in_words(one),
                human_time(one.time),
                human_time(one.withdrawn) if one.withdrawn else "",
            )
            for one in found
        ],
    )
    if not found:
        output.say(_("There are no rules: nothing becomes due."))
