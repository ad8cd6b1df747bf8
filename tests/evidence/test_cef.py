"""CEF is read back as it was meant, by a reader that follows the format and not our writer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from tests.evidence.journals import NAMES, examples, row, written

FORGED = "x|10|act=forged \\= suser=Mallory\nCEF:0|a|b|c|d|e|1|\r\x1b[31m\u2028"
"""A name that would be another header, another key, another line and a colour."""

_ESCAPES = {"n": "\n", "r": "\r", "\\": "\\", "=": "=", "|": "|"}


def unescaped(text: str, allowed: str) -> str:
    """Text of CEF without its escapes; only those of `allowed` may be there."""
    assert set(re.findall(r"\\(.)", text, re.DOTALL)) <= set(allowed)
    return re.sub(r"\\(.)", lambda match: _ESCAPES[match[1]], text)


def read(line: str) -> tuple[list[str], dict[str, str]]:
    """The header and the extension of a line: split at bars and keys that are not escaped."""
    match = re.fullmatch(r"((?:(?:[^\\|\n]|\\.)*\|){7})([^\n]*)", line)
    assert match is not None
    head, extension = re.findall(r"((?:[^\\|]|\\.)*)\|", match[1]), match[2]
    keys = list(re.finditer(r"(?:^| )([A-Za-z0-9]+)=", extension))
    ends = [match.start() for match in keys[1:]] + [len(extension)]
    pairs = {match[1]: unescaped(extension[match.end() : end], "nr\\=") for match, end in zip(keys, ends, strict=True)}
    assert len(pairs) == len(keys)
    return [unescaped(field, "|\\") for field in head], pairs


def test_every_kind_is_read_back() -> None:
    """The header has the version, the product, the kind, its title and a severity; ids are in the extension."""
    lines = written("cef", examples()).splitlines()
    for made, line in zip(examples(), lines, strict=True):
        head, extension = read(line)
        assert head[:3] == ["CEF:0", "ipvault", "ipvault"]
        assert head[4] == made.action
        assert 0 <= int(head[6]) <= 10
        assert extension["externalId"] == "7"
        assert extension["ipvaultHash"] == made.hash
        assert extension["outcome"] == ("failure" if made.action == "auth.failed" else "success")


@given(st.text(max_size=30).map(lambda text: f"{text}{FORGED}"))
def test_a_name_stays_a_value(name: str) -> None:
    """Whatever a name holds, it is one value: it adds no line and no key, and no control character is left in it."""
    fields = {"kind": "item.renamed", "item": "0" * 32, "name": name}
    (line,) = written("cef", [row("item", fields)], NAMES).split("\n")[:-1]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)
    head, extension = read(line)
    plain, _keys = read(written("cef", [row("item", {**fields, "name": "a"})], NAMES).removesuffix("\n"))
    assert head == plain
    assert extension.keys() == _keys.keys()
    visible = re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", name)
    assert extension["fname"] == visible


def test_a_kind_of_the_future_cannot_forge_the_header() -> None:
    """Even the name of a kind is escaped."""
    (line,) = written("cef", [row("item", {"kind": FORGED})], NAMES).split("\n")[:-1]
    head, extension = read(line)
    assert len(head) == 7
    assert head[4].startswith("x|10|act=forged")
    assert extension["outcome"] == "unknown"


@pytest.mark.parametrize("wrong", ["CEF:0|a|b", "CEF:0|a|b|c|d|e|1|key=a\\zb"])
def test_the_reader_refuses_what_is_no_cef(wrong: str) -> None:
    """Too few fields, or an escape that there is not."""
    with pytest.raises((AssertionError, ValueError)):
        read(wrong)
