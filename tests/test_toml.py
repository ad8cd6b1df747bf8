"""TOML from anybody is read as the standard library reads it, or refused before it can cost much."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli_w
from hypothesis import assume, example, given, strategies as st

from ipvault.errors import FormatTooNew, UsageError, VaultError
from ipvault.keys.card import Card
from ipvault.keys.identity_file import IdentityFile
from ipvault.keys.member_file import MemberFile
from ipvault.settings import load_config
from ipvault.sharing.receipt import Receipt
from ipvault.toml import MAX_BITS, MAX_DEPTH, parse_limited, parse_toml, parse_versioned
from ipvault.vault.descriptor import Descriptor
from tests.journal.strategies import VALUES

DEEP = ".".join("a" * (MAX_DEPTH + 2))
PIECES = [".", ".........", '"', '""', "'", "''", "\\", "#", "[", "[[[", "]", "{", "}", ",", "=", " ", "a", "ü", "1.5"]

text = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
lines = st.lists(st.sampled_from([*PIECES, "\n", "\r\n"]), max_size=12).map("".join)
basic = text.map(lambda content: '"' + content.replace("\\", "\\\\").replace('"', '\\"') + '"')
literal = text.map(lambda content: "'" + content.replace("'", "") + "'")
long_basic = lines.map(lambda content: '"""' + re.sub('"{3,}', '""', content.replace("\\", "\\\\")) + '"""')
long_literal = lines.map(lambda content: "'''" + re.sub("'{3,}", "''", content) + "'''")
values = st.recursive(
    st.sampled_from(["1", "-1.5", "+1e3", "0xff", "true", "1979-05-27T00:32:00.999Z", "00:32:00.5", "[]", "{}"])
    | (basic | literal | long_basic | long_literal),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: "[ # .....\n" + ",\n".join(parts) + "]")
        | inner.map(lambda part: "{ a.b = " + part + " }")
    ),
    max_leaves=4,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int]:
    """A valid document, and the most dots that a key of it has."""
    written, most = [], 1
    for number in range(draw(st.integers(0, 4))):
        parts = draw(st.lists(st.sampled_from(["a", "-", "1"]) | basic | literal, max_size=MAX_DEPTH + 2))
        key = draw(st.sampled_from([".", " . ", "\t.", ". "])).join([f"key{number}", *parts])
        most = max(most, len(parts))
        is_table = draw(st.booleans())
        line = draw(st.sampled_from([f"[{key}]", f"[[ {key} ]]"])) if is_table else f"{key} = {draw(values)}"
        written.append(line + draw(st.sampled_from(["", ' # a.b.c.d.e.f.g.h.i.j.k.l \'x """', "\n\n"])))
    return draw(st.sampled_from(["\n", "\r\n"])).join(written), most


@given(documents())
@example(('a = """x"""""\nb = """"""\nc = \'\'\'\'\'x\'\'\'\'\'', 0))
@example(("a = '''''' # 'x \"\"\"\nb.a.a.a.a.a.a.a.a.a = 1", 9))
@example(("\n".join("x.y=1.5,2.5".replace("x", f"x{i}").replace(",2.5", "") for i in range(40)), 1))
def test_what_is_valid_is_read(document: tuple[str, int]) -> None:
    """Whatever strings, comments, numbers and line ends hold, only the dots of keys count: up to the limit a document
    is what the standard library says, and above it is refused.
    """
    content, dots = document
    if dots <= MAX_DEPTH:
        assert parse_toml(content.encode()) == tomllib.loads(content)
    else:
        with pytest.raises(ValueError, match="dots"):
            parse_toml(content.encode())


@given(documents(), st.sampled_from([f"{DEEP} = 1", f"[{DEEP}]", f"[[{DEEP}]]", f"x = {{{DEEP} = 1}}"]))
@example(('a = """x"""""', 0), f"{DEEP} = 1")
@example(("a = '''x'''''", 0), f"{DEEP} = 1")
@example(('a = "\\\\"', 0), f"{DEEP} = 1")
def test_a_deep_key_after_anything(document: tuple[str, int], deep: str) -> None:
    """No string and no comment before it hides a deep key: it is refused before the parser sees it."""
    with pytest.raises(ValueError, match="dots"):
        parse_toml(f"{document[0]}\n{deep}".encode())


@given(lines | text.map(lambda key: f"{key} = 1") | st.text())
@example('"' * 9)
@example("a = 0x" + "f" * 4000)
def test_any_text(content: str) -> None:
    """Whatever somebody hands over is the document that the standard library reads, or a ValueError."""
    try:
        document = parse_toml(content.encode(errors="surrogatepass"))
    except ValueError:
        return
    assert document == tomllib.loads(content)


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max((1 + _depth(one) for one in inner), default=0)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_what_our_own_writer_writes(document: dict[str, object]) -> None:
    """What the writer of TOML makes of any values that are not nested too deep comes back; line ends in a text of
    several lines as TOML has them.
    """
    assume(_depth(document) <= MAX_DEPTH)
    try:
        written = tomli_w.dumps(document, multiline_strings=True)
        tomllib.loads(written)
    except (TypeError, ValueError, OverflowError):
        return  # not to be written in TOML
    assume("\r\n" not in written)
    assert parse_toml(written.encode()) == document


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a=", "}")])
def test_how_deep_values_may_be(opening: str, closing: str) -> None:
    """Up to the limit arrays and inline tables stand in each other; beside each other they may be many."""
    for depth in (1, MAX_DEPTH):
        assert parse_toml(f"x = {opening * depth}{closing * depth}".replace("=}", "=1}").encode())
    with pytest.raises(ValueError, match="nested"):
        parse_toml(f"x = {opening * (MAX_DEPTH + 1)}".encode())
    assert len(parse_toml(("x = [" + "[[1.5]], " * 100 + "]").encode())["x"]) == 100


@pytest.mark.parametrize("number", [str(2**MAX_BITS), str(-(2**MAX_BITS)), "1" * 5000, "0x" + "f" * 4000])
@pytest.mark.parametrize("place", ["format = {}", "format = [{{a = {}}}]", "x.y = {}"])
def test_how_large_integers_may_be(number: str, place: str) -> None:
    """One that no reader has a use for, and that perhaps cannot even be written out, is refused wherever it stands."""
    with pytest.raises(ValueError, match=r"bits|digits"):
        parse_toml(place.format(number).encode())
    assert parse_toml(place.format(2**MAX_BITS - 1).encode())


def test_the_number_of_a_format() -> None:
    """The one that is supported is taken off, a higher one told in so many words, and anything else no format."""
    assert parse_versioned(b"format = 3\na = 1", "file", 3) == {"a": 1}
    for higher in (4, 10**30):
        with pytest.raises(FormatTooNew) as caught:
            parse_versioned(f"format = {higher}".encode(), "file", 3)
        assert str(caught.value) == f"file has format {higher}, and this ipvault reads up to 3"
    for other in ("format = 2", "format = true", "format = 3.0", "format = '3'", "", "format = 0x" + "f" * 4000):
        with pytest.raises(ValueError):  # noqa: PT011  # which one does not matter
            parse_versioned(other.encode(), "file", 3)


def test_what_may_stand_in_a_file() -> None:
    """Of a file that is too large nothing is read, and a key that nobody asks for is named."""
    data = b"format = 3\na = 1"
    assert parse_limited(data, "file", 3, most=len(data), keys=("a", "b")) == {"a": 1}
    with pytest.raises(ValueError, match="larger than 15 bytes"):
        parse_limited(data, "file", 3, most=len(data) - 1, keys=("a",))
    with pytest.raises(ValueError, match="a is not known here"):
        parse_limited(data, "file", 3, most=len(data), keys=("b",))


READERS: dict[str, Callable[[bytes], object]] = {
    "card": lambda data: Card.from_toml(data, "place"),
    "receipt": lambda data: Receipt.from_toml(data, "place"),
    "identity file": lambda data: IdentityFile.from_toml(data, "place"),
    "member file": lambda data: MemberFile.from_toml(data, "place", "a" * 32),
    "VAULT": Descriptor.from_toml,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", [b"a." * 2_000 + b"b = 1", b"[" + b"a." * 2_000 + b"b]", b"a = " + b"[" * 4_000])
def test_no_parser_sees_what_would_exhaust_it(reader: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever kind of file it is, a deep key or value is refused before time and memory are spent on it."""
    monkeypatch.setattr(tomllib, "loads", lambda _text: pytest.fail("the parser saw it"))
    with pytest.raises(VaultError) as caught:
        READERS[reader](data)
    assert caught.value.exit_code == 20


@pytest.mark.parametrize("reader", READERS)
def test_a_format_that_cannot_be_written_out(reader: str) -> None:
    """A number of thousands of digits is no format, and the error can be told."""
    with pytest.raises(VaultError) as caught:
        READERS[reader](b"format = 0x" + b"f" * 4_000)
    assert (caught.value.exit_code, "place" in str(caught.value) or "VAULT" in str(caught.value)) == (20, True)


def test_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one in the configuration: exit code 2, as for all that is wrong there."""
    (tmp_path / "config.toml").write_text("a." * 2_000 + "b = 1")
    monkeypatch.setattr(tomllib, "loads", lambda _text: pytest.fail("the parser saw it"))
    with pytest.raises(UsageError, match="not valid TOML"):
        load_config(tmp_path / "config.toml")
