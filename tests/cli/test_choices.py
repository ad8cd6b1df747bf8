"""Values that commands take: durations, dates, tags, and what the configuration may say."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, strategies as st

from ipvault.cli.choices import (
    by_then,
    clean_tags,
    days_ahead,
    deadline,
    duration,
    moment,
    moment_lately,
    moment_so_far,
)
from ipvault.errors import UsageError
from ipvault.settings import Config, load_config

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC).timestamp()
YET_TO_COME = ("2026-11-22", "2026-11-21T14:31Z", "9999-12-31", "today")
TYPED = st.text(max_size=20) | st.text("0123456789-:TZ+.smhdwW ", max_size=24)


@pytest.fixture(autouse=True)
def _time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is three and a half hours behind UTC."""
    monkeypatch.setenv("TZ", "XST+03:30")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("30m", 1800), ("8h", 28_800), ("2d", 172_800), ("1w", 604_800), ("999999w", 999_999 * 604_800)],
)
def test_durations(text: str, seconds: int) -> None:
    """A number and a unit."""
    assert duration(text) == timedelta(seconds=seconds)


NO_DURATIONS = ["", "8", "h", "0h", "-1h", "+1h", "1.5h", "08h", "8 h", " 8h", "8h ", "8h\n", "8H", "1h30m", "\u0668h"]
NO_DURATIONS += ["1000000s", "1y"]


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_what_is_no_duration(text: str) -> None:
    """Anything else is refused, with an example of what is meant."""
    with pytest.raises(UsageError, match="write for instance 30m, 8h or 2d"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21", "2026-11-21T03:30:00.000Z"),
        ("2026-11-21T14:30", "2026-11-21T18:00:00.000Z"),
        ("2026-11-21 14:30:05", "2026-11-21T18:00:05.000Z"),
        ("2026-11-21T14:30Z", "2026-11-21T14:30:00.000Z"),
        ("2026-11-21T14:30+02:00", "2026-11-21T12:30:00.000Z"),
        ("7d", "2026-11-14T14:30:00.000Z"),
        ("90s", "2026-11-21T14:28:30.000Z"),
        ("0001-01-02", "0001-01-02T03:30:00.000Z"),
        ("1969-07-20T20:17Z", "1969-07-20T20:17:00.000Z"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    """A date, a date and time, local unless it says otherwise, or how long ago."""
    assert moment(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20", "2026-11-21T03:29:59.999Z"),
        ("20261120", "2026-11-21T03:29:59.999Z"),
        ("2026-11-21", "2026-11-21T14:30:00.000Z"),
        ("2026-11-20T14:30", "2026-11-20T18:00:00.000Z"),
        ("7d", "2026-11-14T14:30:00.000Z"),
    ],
)
def test_up_to_when(text: str, expected: str) -> None:
    """A date counts to its end, today until now; anything else is the moment that it names."""
    assert by_then(text, NOW) == expected


@pytest.mark.parametrize("text", YET_TO_COME)
def test_what_is_yet_to_come_has_not_happened(text: str) -> None:
    """Nor can anything be told of it; what is past can be."""
    with pytest.raises(UsageError):
        moment_so_far(text, NOW)
    assert moment_so_far("2026-11-21T10:00Z", NOW) == "2026-11-21T10:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", "2026-12-21T14:30:00.000Z"),
        ("2y", "2028-11-21T14:30:00.000Z"),
        ("2026-11-22", "2026-11-23T03:30:00.000Z"),
        ("9999y", "9999-12-31T14:30:00.000Z"),
    ],
)
def test_deadlines(text: str, expected: str) -> None:
    """So long from now, by the calendar where it is years, or a date to its end."""
    assert deadline(text, NOW) == expected


@pytest.mark.parametrize("text", ["y", "0y", "2Y", "12345y", "-1y", "2026-11-20", "soon", "1.5y"])
def test_what_is_no_deadline(text: str) -> None:
    """Nothing that is past; the dates that an error names as examples are to come."""
    with pytest.raises(UsageError) as refused:
        deadline(text, NOW)
    if "is past" not in str(refused.value):
        assert "write 2026-12-21, 2026-12-21T14:30, 30d" in str(refused.value)


@pytest.mark.parametrize("choice", [deadline, moment, moment_so_far, by_then])
def test_no_minutes_where_months_are_as_likely(choice: Callable[[str, float], object]) -> None:
    """Where dates are meant, `6m` is refused with what to write instead; it is minutes only where those matter."""
    with pytest.raises(UsageError, match="minutes or months: write hours, days or weeks, such as 2h, 180d or 26w"):
        choice("6m", NOW)
    assert choice("26w", NOW)
    with pytest.raises(UsageError, match="write for instance 30d or 26w"):
        days_ahead("6m")
    assert days_ahead("26w") == 182
    assert moment_lately("6m", NOW) == "2026-11-21T14:24:00.000Z"


@pytest.mark.parametrize("text", YET_TO_COME)
def test_what_is_yet_to_come_is_no_time_up_to_which_something_counts(text: str) -> None:
    """Nor is what is no date at all."""
    with pytest.raises(UsageError):
        by_then(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "21.11.2026",
        "2026-13-01",
        "2026-02-30",
        "2026-11-21T25:00",
        "0d",
        "-7d",
        "7",
        "7d ago",
        "999999w",
        "\ud800",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    """Anything else, dates that no calendar has, and times before there were any are refused."""
    with pytest.raises(UsageError):
        moment(text, NOW)


@given(TYPED)
def test_any_text_as_a_value(text: str) -> None:
    """Whatever is typed is a time in the journal's form, or a usage error."""
    with suppress(UsageError):
        assert datetime.fromisoformat(moment(text, NOW)).tzinfo is UTC
    with suppress(UsageError):
        assert duration(text).total_seconds() > 0


def test_tags() -> None:
    """Each once, without space around it, in order."""
    assert clean_tags(None) == ()
    assert clean_tags([" b", "a", "b "]) == ("a", "b")
    for bad in ("", " ", "a\nb", "a\tb", "a\x1b", "a\u202e"):
        with pytest.raises(UsageError):
            clean_tags(["good", bad])


@given(st.lists(st.text(max_size=8), max_size=3))
def test_any_tags(tags: list[str]) -> None:
    """Whatever is typed, tags stay the same when they are cleaned again."""
    with suppress(UsageError):
        assert clean_tags(list(clean_tags(tags))) == clean_tags(tags)


@given(
    st.dictionaries(
        st.sampled_from(["vault", "lang", "volt"]),
        st.text(max_size=12) | st.text("~/\0ab", max_size=8) | st.integers(-9, 9) | st.booleans(),
    )
)
def test_any_configuration(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> None:
    """Whatever values a configuration has, it is read or refused, and a vault in it is a full path."""
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text(tomli_w.dumps(settings), encoding="utf-8")
    with suppress(UsageError):
        config = load_config(path)
        assert config == Config(**settings)
        assert not config.vault or os.path.isabs(os.path.expanduser(config.vault))
        assert Path(config.vault or "/").expanduser().exists() in (True, False)


@pytest.mark.parametrize("vault", ["~\0", "/\0", "~nobody-of-that-name", "~nobody-of-that-name/x", "x", "./x"])
def test_a_vault_that_is_no_path(tmp_path: Path, vault: str) -> None:
    """Characters that no path can have, homes of nobody and relative paths are refused when they are read."""
    path = tmp_path / "config.toml"
    path.write_text(tomli_w.dumps({"vault": vault}), encoding="utf-8")
    with pytest.raises(UsageError):
        load_config(path)
