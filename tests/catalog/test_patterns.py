"""Patterns for names: what matches, and that nothing that can be typed breaks them."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.catalog.patterns import glob_to_regex, is_pattern


def matches(pattern: str, name: str) -> bool:
    return glob_to_regex(pattern).fullmatch(name) is not None


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("*", ["a", "a/b", "a.docx"], []),
        ("*.docx", ["a.docx", "widget/a.docx", "A.DOCX", ".docx"], ["a.doc", "a.docx.bak"]),
        ("widget/*", ["widget/a"], ["widget/a/b", "widget", "other/widget/a"]),
        ("widget/**", ["widget/a", "widget/a/b"], ["widget", "other/widget/a"]),
        ("**/a", ["x/a", "x/y/a"], ["a", "xa"]),
        ("**.docx", ["a.docx", "b/a.docx"], ["a.txt"]),
        ("a?c", ["abc", "a.c"], ["ac", "abbc", "a/c"]),
        ("a[bx]c", ["abc", "axc", "aXc"], ["ac", "adc", "a[bx]c"]),
        ("a[!bx]c", ["adc", "a-c"], ["abc", "aBc", "a/c", "ac"]),
        ("w[!a]t/x", [], ["w/t/x"]),
        ("a[a-c1-3]", ["aa", "ac", "a2"], ["ad", "a4", "a-"]),
        ("a[-x]", ["a-", "ax"], ["ab"]),
        ("a[x-]", ["a-", "ax"], ["ab"]),
        ("a[]x]", ["a]", "ax"], ["a"]),
        ("a[!]x]", ["ab"], ["a]", "ax"]),
        ("a[z-b]", [], ["az", "ab", "am", "a-"]),
        ("a[!z-b]", ["az", "am"], ["a/", "a"]),
        ("a[.-/]", ["a."], ["a/"]),
        ("a[^x]", ["a^", "ax"], ["ab"]),
        ("a[\\d]", ["a\\", "ad"], ["a1"]),
        ("a[[]", ["a["], ["a"]),
        ("a[", ["a["], ["a"]),
        ("a[]", ["a[]"], ["a"]),
        ("a[!]", ["a[!]"], ["a"]),
        ("a.c", ["a.c"], ["abc"]),
        ("(a|b)+$", ["(a|b)+$"], ["a"]),
        ("Zeichnung_\u0075\u0308.*", ["Zeichnung_\u00fc.pdf"], []),
        ("", [""], ["a"]),
    ],
)
def test_what_matches(pattern: str, hits: list[str], misses: list[str]) -> None:
    """Stars, question marks and sets stop at a slash, two stars do not; case does not count; all else is literal."""
    assert [name for name in hits + misses if matches(pattern, name)] == hits


@given(st.text(st.sampled_from("ab/[]!^-*?\\&|~.é"), max_size=12), st.text(st.sampled_from("ab/[]-é"), max_size=8))
def test_any_pattern(pattern: str, name: str) -> None:
    """Whatever is typed is a pattern, without a warning; and it matches a name that is spelled the same, if it can only
    match that.
    """
    found = matches(pattern, name)
    if not is_pattern(pattern):
        assert found == (
            unicodedata.normalize("NFC", pattern) == name or ("/" not in pattern and name.endswith("/" + pattern))
        )


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text(pattern: str, name: str) -> None:
    """Nothing that can be typed breaks the search."""
    matches(pattern, name)


@given(st.text(st.sampled_from("ab*?"), max_size=6), st.text(st.sampled_from("ab"), max_size=6))
def test_shells_agree(pattern: str, name: str) -> None:
    """Within one folder stars and question marks mean what they mean to a shell."""
    assert matches(pattern, name) == fnmatch.fnmatchcase(name, pattern)


def _by_definition(pattern: str, name: str) -> bool:
    """What a pattern of letters, slashes, question marks and stars means, tried out place by place."""
    tokens = re.findall(r"\*+|.", pattern)
    starts = [0] if "/" in pattern else [0, *(slash.end() for slash in re.finditer("/", name))]

    @cache
    def rest(token: int, at: int) -> bool:
        if token == len(tokens):
            return at == len(name)
        if tokens[token].startswith("*"):
            crosses = len(tokens[token]) > 1
            may_go_on = at < len(name) and (crosses or name[at] != "/")
            return rest(token + 1, at) or (may_go_on and rest(token, at + 1))
        if at == len(name):
            return False
        agrees = name[at] != "/" if tokens[token] == "?" else name[at] == tokens[token]
        return agrees and rest(token + 1, at + 1)

    return any(rest(0, start) for start in starts)


@settings(max_examples=1000)
@given(st.text(st.sampled_from("ab/*?"), max_size=10), st.text(st.sampled_from("ab/"), max_size=12))
def test_nothing_is_missed(pattern: str, name: str) -> None:
    """Though no place is tried twice, a pattern matches whatever it should, and nothing else."""
    assert matches(pattern, name) == _by_definition(pattern, name)


@pytest.mark.parametrize("separator", ["*", "**", "*?", "/**/*", "*/", "**a*"])
@pytest.mark.parametrize("name", ["a" * 1024, "a/" * 512, "ab" * 512])
def test_many_stars_come_to_an_end(separator: str, name: str) -> None:
    """A pattern of forty stars against the longest name that there can be: the way there is not exponential."""
    assert not matches(separator.join("a" * 41) + "x", name)
    assert not matches("*".join(f"{separator}a" for _ in range(40)) + "x", name)


def test_what_is_a_pattern() -> None:
    """Only what can match more than one name is a pattern; a name with a dot or a bracket's end is none."""
    assert [text for text in ("*", "a?", "[x]", "a", "a.b", "a]", "a!", "a^b", "") if is_pattern(text)] == [
        "*",
        "a?",
        "[x]",
    ]
