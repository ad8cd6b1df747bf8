"""Tables that are opened with a spreadsheet: nothing that somebody wrote into a vault runs there."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, strategies as st

from ipvault.cells import csv_table, safe_cell

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"),
        ("\tx", "'\tx"),
        ("\uff1d1", "'\uff1d1"),
        ('Eve;=HYPERLINK("x")', 'Eve;\'=HYPERLINK("x")'),
        ("a\n-1", "a\n'-1"),
        ("a\t@x", "a\t'@x"),
        ('a; "=1"', 'a; "\'=1"'),
        ("a-b; c = d", "a-b; c = d"),
        ("e = mc2", "e = mc2"),
        ("", ""),
    ],
)
def test_a_cell_that_would_act(text: str, safe: str) -> None:
    """It begins with a quote, at its beginning and wherever it could be taken for the next cell; others stay."""
    assert safe_cell(text) == safe


@given(st.text(alphabet='=+-@;,\t\n" a\uff1d'), st.sampled_from(",;\t"))
def test_no_cell_acts(text: str, separator: str) -> None:
    """Whichever separator a spreadsheet takes, no cell that it makes of a table begins with a sign of a formula."""
    table = csv_table(("a",), [("x", text, text)])
    for row in csv.reader(io.StringIO(table), delimiter=separator):
        assert not any(cell.strip().strip('"').strip().startswith(SIGNS) for cell in row if cell), table


def test_a_long_run_takes_no_time() -> None:
    """What could begin a cell is passed once, however much of it there is."""
    assert safe_cell("\n;" * 500_000 + "=") == "\n;" * 500_000 + "'="
