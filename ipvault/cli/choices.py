"""Options and values that several commands take: labels, types, addresses, times."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ipvault.catalog.periods import period_after
from ipvault.errors import UsageError
from ipvault.records.domains import is_day
from ipvault.records.vocabulary import LABELS, TYPES
from ipvault.text import _
from ipvault.vault.clock import seconds_in, timestamp, today
from ipvault.vault.names import free_text

if TYPE_CHECKING:
    from ipvault.vault.vault import Vault

Label = StrEnum("Label", {label: label for label in LABELS})  # type: ignore[misc]  # members come from the vocabulary
Kind = StrEnum("Kind", {kind: kind for kind in TYPES})  # type: ignore[misc]  # members come from the vocabulary

ItemAddress = Annotated[str, typer.Argument(metavar="ITEM", help=_("Its name, ROOM:NAME, or short id."))]
ItemAddresses = Annotated[
    list[str], typer.Argument(metavar="ITEM|PATTERN", help=_("Names, ROOM:NAME, short ids, or such as 'widget/*'."))
]
Which = Annotated[str, typer.Argument(metavar="ID", help=_("The beginning of its id."))]
Jsonl = Annotated[bool, typer.Option("--jsonl", help=_("One JSON object a line."))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why, for the journal."))]
Override = Annotated[
    str,
    typer.Option(
        "--reason", metavar="TEXT", help=_("Why it is to leave although the policy says no; that is recorded.")
    ),
]
Basis = Annotated[
    str,
    typer.Option(
        "--basis", metavar="TEXT", help=_("On which basis what is export-controlled may go; counsel decides.")
    ),
]


def clean_tags(tags: list[str] | None) -> tuple[str, ...]:
    """Tags as they were typed, each once. Raises `UsageError` for one that is empty or more than a line."""
    cleaned = sorted({free_text(tag).strip() for tag in tags or []})
    if any(not tag or "\n" in tag or "\t" in tag for tag in cleaned):
        raise UsageError(problem=_("a tag is one line of text, and not empty"))
    if any("," in tag for tag in cleaned):
        raise UsageError(problem=_("a tag has no comma in it; for several tags give --tag several times"))
    return tuple(cleaned)


def typed_day(text: str) -> date:
    """A day, such as 2026-11-22. Raises `UsageError`."""
    if not is_day(text):
        raise UsageError(problem=_("{text} is not a date; write 2026-11-22").format(text=text))
    return date.fromisoformat(text)


def chosen_day(vault: Vault, typed: str) -> str:
    """The day that somebody typed, or today. Raises `UsageError`."""
    return str(typed_day(typed)) if typed else today(vault)


_MINUTES: Final = re.compile("[0-9]+m")
_DAY: Final = re.compile("[0-9]{4}-?[0-9]{2}-?[0-9]{2}")


def duration(text: str) -> timedelta:
    """A length of time such as `30m`, `8h` or `2d`. Raises `UsageError`."""
    seconds = seconds_in(text)
    if seconds is None:
        raise UsageError(
            problem=_("{text} is not a length of time; write for instance 30m, 8h or 2d").format(text=text)
        )
    return timedelta(seconds=seconds)


def days_ahead(text: str) -> int:
    """A length of time in which something falls due, such as `30d` or `26w`, in days. Raises `UsageError`."""
    seconds = None if _MINUTES.fullmatch(text) else seconds_in(text)
    if seconds is None:
        raise UsageError(
            problem=_("{text} is no number of days or weeks; write for instance 30d or 26w").format(text=text)
        )
    return timedelta(seconds=seconds).days


def _refuse_minutes(text: str) -> None:
    """Raise `UsageError` for `6m` where somebody who thinks of dates means months, as periods of retention do."""
    if _MINUTES.fullmatch(text):
        problem = _("{text} could be minutes or months: write hours, days or weeks, such as 2h, 180d or 26w, or a date")
        raise UsageError(problem=problem.format(text=text))


def deadline(text: str, now: float) -> str:
    """A point in time to come as records write it: `30d` or `2y` from now, a date and time, or a date, which counts to
    its end.

    Raises `UsageError`.
    """
    _refuse_minutes(text)
    try:
        if re.fullmatch(r"[1-9][0-9]{0,5}[smhdw]", text):
            return timestamp(now + duration(text).total_seconds())
        if years := re.fullmatch(r"([1-9][0-9]{0,3})y", text):
            start = timestamp(now)
            return period_after(start[:10], int(years[1]), "years") + start[10:]
        given = datetime.fromisoformat(text)
        if _DAY.fullmatch(text):
            given += timedelta(days=1)
        end = given.astimezone(UTC).timestamp()
    except (ValueError, OverflowError, OSError):
        problem = _("{text} is not a date; write {day}, {day}T14:30, 30d for thirty days from now, or 2y for two years")
        raise UsageError(problem=problem.format(text=text, day=timestamp(now + 30 * 86_400)[:10])) from None
    if end <= now:
        raise UsageError(problem=_("{text} is past").format(text=text))
    return timestamp(end)


_MULTIPLES: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def byte_count(text: str) -> int:
    """A number of bytes such as `500K`, `20M` or `4G`, in powers of 1024. Raises `UsageError`."""
    match = re.fullmatch(r"([1-9][0-9]{0,11})([KMG]?)", text.upper())
    if match is None:
        raise UsageError(problem=_("{text} is not a size; write for instance 500K, 20M or 4G").format(text=text))
    return int(match[1]) * _MULTIPLES[match[2]]


def moment(text: str, now: float) -> str:
    """A point in time as the journal writes it: a date, a date and time (local unless it says), or `7d` ago.

    Raises `UsageError`.
    """
    _refuse_minutes(text)
    return moment_lately(text, now)


def moment_lately(text: str, now: float) -> str:
    """The same where hours and minutes matter: `30m` are minutes. Raises `UsageError`."""
    try:
        if re.fullmatch(r"[1-9][0-9]{0,5}[smhdw]", text):
            return timestamp(now - duration(text).total_seconds())
        given = datetime.fromisoformat(text)
        return timestamp(given.astimezone(UTC).timestamp())
    except (ValueError, OverflowError, OSError):
        problem = _("{text} is not a date; write 2026-11-21, 2026-11-21T14:30 or 7d for seven days ago")
        raise UsageError(problem=problem.format(text=text)) from None


def moment_so_far(text: str, now: float) -> str:
    """A point in time of which something can be told: what `moment` takes, unless it is yet to come (`UsageError`)."""
    start = moment(text, now)
    if start > timestamp(now):
        raise UsageError(problem=_("{text} is yet to come").format(text=text))
    return start


def by_then(text: str, now: float) -> str:
    """A point in time up to which something counts: what `moment` takes, but a date counts to its end, today until now.

    Raises `UsageError`, also for what is yet to come.
    """
    start = moment_so_far(text, now)
    if not _DAY.fullmatch(text):
        return start
    end = datetime.combine(datetime.fromisoformat(text), time.max).timestamp()
    return min(timestamp(end), timestamp(now))
