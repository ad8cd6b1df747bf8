"""Patterns for names: what matches, and that nothing that can be typed breaks them."""

from __future__ import annotations

import fnmatch
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_what_is_a_pattern() -> None:
    """Only what can match more than one name is a pattern; a name with a dot or a bracket's end is none."""
    assert [text for text in ("*", "a?", "[x]", "a", "a.b", "a]", "a!", "a^b", "") if is_pattern(text)] == [
        "*",
        "a?",
        "[x]",
    ]
