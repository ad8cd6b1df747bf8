"""Rules: what may stand in a file of them, and that no pattern can take longer than it is allowed to."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import example, given, strategies as st

from ipvault.errors import FormatTooNew, RulesRefused
from ipvault.governance.dlp.rules.checks import CHECKS
from ipvault.governance.dlp.rules.pattern import MAX_WORK, BadPattern, read_pattern
from ipvault.governance.dlp.rules.reading import MAX_FILE, read_rules, shipped, with_known
from ipvault.governance.dlp.rules.rule import Rules
from ipvault.governance.dlp.scan import scan

GOOD = {"id": "'own'", "title": "'Own'", "severity": "'low'", "pattern": "'abc[0-9]'"}


def file_of(**changes: str | None) -> bytes:
    """A file with one rule, which is `GOOD` but for the changes; None takes a key away."""
    table = {key.replace("_", "-"): value for key, value in {**GOOD, **changes}.items() if value is not None}
    lines = [f"{key} = {value}" for key, value in table.items()]
    return "\n".join(("format = 1", "[[rule]]", *lines)).encode()


def rules_of(**changes: str | None) -> Rules:
    """The rules of such a file."""
    return read_rules(file_of(**changes), "own.toml")


def finds(rules: Rules, text: str) -> list[str]:
    """What the rules show of a text."""
    return [finding.match for finding in scan([text.encode()], "x", rules).findings]


def test_the_shipped_rules_are_good() -> None:
    """The rules of ipvault are such as it takes, and each has a title in German too."""
    assert len(shipped().rules) >= 20
    assert all(rule.titles.keys() == {"de"} and rule.shape.work <= MAX_WORK for rule in shipped().rules)
    assert {rule.check for rule in shipped().rules} | {"luhn"} == {"", *CHECKS}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"colour": "'red'"}, "colour is not known here"),
        ({"words": "['quartz']"}, "either a pattern or words"),
        ({"pattern": None}, "either a pattern or words"),
        ({"pattern": None, "words": "['quartz']", "check": "'luhn'"}, "check goes with a pattern only"),
        ({"pattern": None, "words": "[]"}, "words is a list of texts"),
        ({"pattern": None, "words": "['ab']"}, "less than three characters"),
        ({"severity": "'grave'"}, "its severity is one of: low, medium, high"),
        ({"severity": "3"}, "severity is missing, or is not text"),
        ({"title": None}, "title is missing"),
        ({"titles": "{deu = 'x'}"}, "titles has a text for each language"),
        ({"id": "'Own'"}, "an id has small letters"),
        ({"id": "'vault-passage'"}, "not with vault-"),
        ({"check": "'sum'"}, "its check is one of: luhn"),
        ({"within": "0"}, "within is a number"),
        ({"within": "true"}, "within is a number"),
        ({"case_sensitive": "1"}, "case-sensitive is true or false"),
        ({"pattern": "'[a-z]{4}'"}, "nothing tells where to look"),
        ({"pattern": "'[0-9]{4}'"}, "nothing tells where to look"),
        ({"pattern": "'ab'"}, "nothing tells where to look"),
        ({"pattern": "'abc+'"}, "every repetition has an end"),
        ({"pattern": "'abc.*'"}, "every repetition has an end"),
        ({"pattern": "'^abc'"}, "every repetition has an end"),
        ({"pattern": "'abc(?P<x>a)'"}, "only one group may be marked"),
        ({"pattern": "'abc(a)(b)'"}, "only one group may be marked"),
        ({"pattern": r"'abc\1'"}, r"\1 is not known here"),
        ({"pattern": "'abc('"}, "ends in the middle"),
        ({"pattern": "'abc)'"}, "a bracket too many"),
        ({"pattern": "'abc[]'"}, "it has an empty class"),
        ({"pattern": "'abc[z-a]'"}, "bad character range"),
        ({"pattern": "'abc{3,2}'"}, "has no meaning"),
        ({"pattern": "'(?:abc)?'"}, "it can match nothing"),
        ({"pattern": "'abc[a-z]{1000}'"}, "more than 1000 characters"),
        ({"pattern": "'abc(?:a{0,30}){0,30}'"}, "more than 5000 steps"),
        ({"pattern": "'abc(?:a?){0,30}b'"}, "more than 5000 steps"),
        ({"pattern": "'abc(?:a|a){20}b'"}, "more than 5000 steps"),
        ({"pattern": "'abc(?=[a-z]{65})'"}, "further than 64 characters"),
        ({"pattern": "'abc(?<=a{1,3})'"}, "fixed-width"),
        ({"pattern": "'" + "(?:" * 20 + "abc" + ")" * 20 + "'"}, "nested too deeply"),
        ({"pattern": "'abc" + "x" * 2000 + "'"}, "longer than 2000 characters"),
    ],
)
def test_what_is_refused(changes: dict[str, str | None], reason: str) -> None:
    """A rule that is not understood whole, or that could take too long, is refused, with the rule and the reason."""
    with pytest.raises(RulesRefused, match=re.escape(reason)) as refusal:
        rules_of(**changes)
    assert "rule 1" in str(refusal.value)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", RulesRefused),
        (b"format = 1", RulesRefused),
        (b"format = 1\nrule = 3", RulesRefused),
        (b"format = 1\nrule = [3]", RulesRefused),
        (b"format = 1\ncolour = 'red'\n[[rule]]", RulesRefused),
        (b"format = 2\n[[rule]]", FormatTooNew),
        (b"\xff", RulesRefused),
        (file_of() + b"\n" + file_of().removeprefix(b"format = 1"), RulesRefused),
        (b"#" * (MAX_FILE + 1), RulesRefused),
    ],
)
def test_files_that_are_refused(data: bytes, error: type[Exception]) -> None:
    """A file that is none, has anything else in it, the same id twice, or is too large, is refused."""
    with pytest.raises(error):
        read_rules(data, "own.toml")


def test_a_rule_of_ones_own_replaces_the_shipped_one() -> None:
    """Of two rules with the same id that of the file counts; all others stay."""
    own = with_known(shipped(), file_of(id="'iban'"), "own.toml")
    assert len(own.rules) == len(shipped().rules)
    assert finds(own, "abc1 DE89370400440532013000") == ["****"]


def test_words_are_found_whole_and_whatever_is_between() -> None:
    """Spaces, line ends and hyphens between words do not count, nor does case; a part of a word is not the word."""
    rules = rules_of(pattern=None, words="['project blue-bird']")
    assert finds(rules, "Project\n BLUE bird, projects blue bird, project bluebird") == ["Project BLUE bird"]


def test_context() -> None:
    """A match counts only near a word of its context, in whatever case, before or behind."""
    rules = rules_of(pattern="'[0-9]{3}-[A-Z]'", context="['matter']", within="12")
    assert finds(rules, "Matter: 123-A" + " " * 50 + "456-B" + " " * 50 + "789-C is a MATTER") == ["***-*", "***-*"]


def test_the_marked_group_is_the_secret() -> None:
    """Only what is in the marked group is checked and shown."""
    rules = rules_of(pattern="'number=([0-9]{4})'", check="'luhn'")
    assert finds(rules, "number=1230 number=1231") == ["****"]


ATOMS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", r"\w", r"\d", ".", "(?:a|ab)", "(?:b|[ab]a)", r"\b", "(?!b)", "(?<=a)"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.builds(lambda one, times: f"(?:{one}){times}", inner, st.sampled_from(["?", "{2}", "{0,4}", "{1,9}+"])),
        st.builds(lambda one, other: f"(?:{one}|{other})", inner, inner),
    ),
    max_leaves=8,
)


@given(PATTERNS, st.text("ab1 ", max_size=30))
@example("(?:a|ab){1,9}+b", "ab" * 15)
def test_the_bounds_of_a_pattern_hold(source: str, text: str) -> None:
    """What is told of a pattern is true of every match: its length, its digits, and the text that it has in it."""
    with suppress(BadPattern):
        pattern, shape = read_pattern(source, ignore_case=False)
        for found in pattern.finditer(text):
            assert shape.shortest <= len(found[0]) <= shape.longest
            assert sum(c.isdecimal() for c in found[0]) >= shape.digits
            assert not shape.literals or any(literal in found[0] for literal in shape.literals)
            assert shape.fixed is None or found[0] == shape.fixed


@given(st.text(max_size=40))
def test_any_pattern_is_read_or_refused(source: str) -> None:
    """Whatever somebody writes is a pattern or is refused."""
    with suppress(BadPattern):
        read_pattern(source, ignore_case=True)


def test_what_is_not_given_back_is_what_was_matched() -> None:
    """A possessive repetition matches whole rounds of its group, in every Python that runs ipvault."""
    pattern, _shape = read_pattern("x(?:(?:a){1,2}(?:c|a)){0,3}+", ignore_case=False)
    assert [found[0] for found in pattern.finditer("xa xac xaaac xaaa")] == ["x", "xac", "xaaa", "xaaa"]


def test_no_text_makes_a_pattern_take_long() -> None:
    """The dearest pattern that is allowed, on the text that costs it most, is done in a time that nobody notices."""
    pattern, shape = read_pattern("abc(?:a|a){9}[a-z]b", ignore_case=False)
    assert shape.work > MAX_WORK // 4
    before = time.process_time()
    assert pattern.search("abc" + "a" * 100_000) is None
    assert time.process_time() - before < 60  # without a bound it would be years
