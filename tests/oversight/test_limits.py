"""What ipvault claims of itself: each claim has its tests, and nothing is claimed that no program can keep."""

from __future__ import annotations

import json
import re

import pytest

from ipvault.cli.commands import all_commands
from ipvault.oversight.limits.controls import GRADES, Claim, Control, register
from tests.support.limits_table import BEGIN, README, with_table
from tests.support.named_tests import missing_tests
from tests.support.program import ipvault

CONTROLS = register().controls
COMMANDS = {" ".join(words) for words, _command in all_commands()}
NOT_BUILT = "Not in this version"
NEVER = re.compile(r"\b(complian(?:t|ce)|certified|DRM|guarantee\w*|military|unbreakable)\b", re.IGNORECASE)


def test_every_control_is_there() -> None:
    """Each control that the lists name has one row, in their order, and no row is of anything else."""
    names = (*register().offered, *register().beyond)
    assert [control.id for control in CONTROLS] == list(names)
    assert (len(register().offered), len(register().beyond)) == (26, 9)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_every_claim_has_its_grade_and_its_tests(control: Control) -> None:
    """A grade of the four, a sentence, commands that exist; only what is not in this version can do without tests."""
    assert control.claims
    assert set(control.commands) <= COMMANDS
    for claim in control.claims:
        assert claim.grade in GRADES
        assert re.fullmatch(r"(?:[A-Z]|ipvault )[^\n|]+\.", claim.says), claim.says
        is_built = not claim.says.startswith(NOT_BUILT)
        assert is_built or claim.grade == "X"
        assert claim.shown_by or not is_built
    assert control.commands or all(claim.grade == "X" for claim in control.claims)


def test_every_test_that_is_named_exists() -> None:
    """Whoever removes or renames a test that shows a claim has to look at the claim."""
    assert missing_tests(test for control in CONTROLS for claim in control.claims for test in claim.shown_by) == []


def test_a_test_that_does_not_exist_is_noticed() -> None:
    """Another file, another function, and a function that is no test."""
    wrong = ["tests/oversight/test_none.py::test_x", f"{_here()}::test_of_nothing", f"{_here()}::_here"]
    assert missing_tests([f"{_here()}::test_every_control_is_there", *wrong]) == wrong


def test_nothing_is_claimed_that_cannot_be() -> None:
    """No sentence says that a law or standard is met, or that a copy can be held back."""
    words = [control.title for control in CONTROLS] + [claim.says for control in CONTROLS for claim in control.claims]
    assert [sentence for sentence in words if NEVER.search(sentence)] == []


def test_readme_has_the_same_table() -> None:
    """`python -m tests.support.limits_table` writes it."""
    page = README.read_text(encoding="utf-8")
    assert with_table(page) == page


def test_another_table_is_noticed() -> None:
    """A row that was altered by hand, and a page without a table."""
    page = README.read_text(encoding="utf-8")
    assert with_table(page.replace("**E** Each version", "**E** Every version")) == page
    with pytest.raises(ValueError, match="missing"):
        with_table(page.replace(BEGIN, ""))


def test_what_the_program_prints() -> None:
    """A line for each claim, in a pipe with tabs, the same in JSON, and what the grades mean on standard error."""
    claims: list[tuple[Control, Claim]] = [(control, claim) for control in CONTROLS for claim in control.claims]
    outcome = ipvault("limits")
    assert [line.split("\t")[:3] for line in outcome.stdout.splitlines()] == [
        [control.title, claim.grade, claim.says] for control, claim in claims
    ]
    assert [line[:3] for line in outcome.stderr.splitlines()] == [f"{grade}: " for grade in GRADES]
    found = json.loads(ipvault("limits", "--json").stdout)["data"]["claims"]
    assert [(one["control"], one["grade"], tuple(one["tests"])) for one in found] == [
        (control.id, claim.grade, claim.shown_by) for control, claim in claims
    ]
    assert ipvault("limits", "--jsonl").stdout.splitlines() == [json.dumps(one, separators=(",", ":")) for one in found]


def _here() -> str:
    return "tests/oversight/test_limits.py"
