"""What marks survive, measured again."""

from __future__ import annotations

import pytest

from ipvault.governance.marks.reading import DOTS
from ipvault.governance.marks.survey import FORMATS, TREATMENTS, survival
from tests.governance.survival import MEASURED, PEERS, measure
from tests.support.peers import need

PROMISED = [
    *(("pdf", treatment) for treatment in ("printed", "rasterised", "skewed")),
    *(("page", treatment) for treatment in ("jpeg", "skewed", "cropped", "screenshot")),
]


def test_the_table_is_whole() -> None:
    """`mark survey` shows every measurement that the tests make, in their order, and can name all of them."""
    rows = survival()
    assert [(row.format, row.treatment) for row in rows] == list(MEASURED)
    assert {row.format for row in rows} == FORMATS.keys()
    assert {row.treatment for row in rows} == TREATMENTS.keys()


def test_what_is_promised() -> None:
    """The dots survive printing to PDF, a JPEG of quality 50 at 150 dpi, one degree of skew, cropping and scaling."""
    found = {(row.format, row.treatment): row.found for row in survival()}
    assert [place for place in PROMISED if not found[place][DOTS]] == []


@pytest.mark.parametrize(("format_", "treatment"), MEASURED)
def test_the_table_is_true(format_: str, treatment: str) -> None:
    """What the table says is what is measured now."""
    if program := PEERS.get((format_, treatment)):
        need(program)
    row = next(row for row in survival() if (row.format, row.treatment) == (format_, treatment))
    assert measure(format_, treatment) == row
