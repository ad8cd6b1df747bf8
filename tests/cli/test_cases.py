"""The golden command-line cases of tests/cli/cases, and the matcher that reads them.

Those under `vault` begin with a vault that is open; its passphrase is in `$HOME/passphrase`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.support.golden import Case, load, match

FOLDER = Path(__file__).with_name("cases")


def _cases(folder: Path) -> list[ParameterSet]:
    return [
        pytest.param(case, id=f"{path.stem}: {case.name}")
        for path in sorted(folder.glob("*.toml"))
        for case in load(path)
    ]


@pytest.mark.parametrize("case", _cases(FOLDER))
def test_case(case: Case, home: Path, tmp_path: Path) -> None:
    """Each case states its requirement in its name."""
    case.play(home, tmp_path)


@pytest.mark.usefixtures("vault", "secret")
@pytest.mark.parametrize("case", _cases(FOLDER / "vault"))
def test_case_in_a_vault(case: Case, home: Path, tmp_path: Path) -> None:
    """So does each of these, which begin with a vault."""
    case.play(home, tmp_path)


@pytest.mark.parametrize(
    ("expected", "actual", "agrees"),
    [
        ("", "", True),
        ("", "x\n", False),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("a\n...\nz\n", "a\nz\n", True),
        ("a\n...\nz\n", "a\nb\n", False),
        ("id [..] end", "id 1 2 end\n", True),
        ("id [..] end", "id 1\n2 end\n", False),
        ("$x and $x", "1 and 1\n", True),
        ("$x and $x", "1 and 2\n", False),
        ("$TIME", "2026-01-31 23:59\n", True),
        ("$TIME", "yesterday\n", False),
        ("a.c", "abc\n", False),
    ],
)
def test_matching(expected: str, actual: str, agrees: bool) -> None:
    """Output agrees with its description line by line; wildcards stay within a line unless they are a line."""
    assert match(expected, actual, {}) is agrees


def test_names_are_remembered() -> None:
    """A word that was named in one step has to be the same in the next."""
    known: dict[str, str] = {}
    assert match("added $id", "added 7f3a\n", known)
    assert known == {"id": "7f3a"}
    assert match("show $id", "show 7f3a\n", known)
    assert not match("show $id", "show 7f3b\n", known)
