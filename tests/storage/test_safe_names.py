"""File names for items: whatever a hostile name holds, the path is safe on every system, and nobody else's."""

from __future__ import annotations

import os
import tracemalloc
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, strategies as st

from ipvault.storage.safe_names import MAX_PART, safe_path, unique_paths

DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³")}
HARMFUL = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

hostile = st.lists(
    st.one_of(
        st.sampled_from(
            ["..", ".", "/", "\\", ":", "C:", "CON", "con.txt", "LPT1", "nul ", " ", "\0", "\x1b[", "\u202e", "\ud800"]
        ),
        st.sampled_from(
            ["é", "e\u0301", "É", "ß", "ss", "\u0131", "I", "µ", " (2)", ".docx", "widget", "Widget", "x" * 250]
        ),
        st.text(max_size=4),
        st.characters(),
    ),
    max_size=8,
).map("".join)


def _complaints(path: str) -> list[str]:
    """What is wrong with a path, by rules written down apart from the program's."""
    found = []
    windows = PureWindowsPath(path)
    if windows.drive or windows.root or windows.parts != tuple(path.split("/")):
        found.append("Windows reads it differently")
    for part in path.split("/"):
        if part in ("", ".", ".."):
            found.append("it does not stay where it is")
        if len(part.encode(errors="replace")) > MAX_PART:
            found.append("it is too long")
        if part.endswith((".", " ")):
            found.append("Windows cuts its end")
        if set(part) & set('<>:"\\|?*') or any(unicodedata.category(character) in HARMFUL for character in part):
            found.append("it has forbidden characters")
        if part.partition(".")[0].rstrip(" ").upper() in DEVICES:
            found.append("it is a device")
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("widget/claims.docx", "widget/claims.docx"),
        ("Entwürfe/Größe (final).pdf", "Entwürfe/Größe (final).pdf"),
        ("図面/ロボット.pdf", "図面/ロボット.pdf"),
        (".gitignore", ".gitignore"),
        ("../x", "__/x"),
        ("a/../../x", "a/__/__/x"),
        ("./x", "_/x"),
        ("/etc/passwd", "etc/passwd"),
        ("//srv//share/", "srv/share"),
        ("C:\\x", "C__x"),
        ("\\\\srv\\x", "__srv_x"),
        ("a\0b", "a_b"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("aux .txt", "_aux .txt"),
        ("a/COM¹/b", "a/_COM¹/b"),
        ("conin$", "_conin$"),
        ("console.log", "console.log"),
        ("x:ads", "x_ads"),
        ("report. . ", "report____"),
        ("a\x1b[31m\u202egpj.exe", "a_[31m_gpj.exe"),
        ("price\u00a0list", "price list"),
        ("cafe\u0301", "café"),
        ("lone\udc80", "lone_"),
        ("", "_"),
        ("///", "_"),
    ],
)
def test_safe_path(name: str, expected: str) -> None:
    """A harmless name stays; a harmful one becomes harmless and can still be recognised."""
    assert safe_path(name) == expected


@pytest.mark.parametrize(
    "path",
    ["../x", "/x", "a//b", "a\\b", "C:x", "x:ads", "NUL", "com1.txt", "x.", "x ", "a\0b", "\u202e", "x" * 256, ""],
)
def test_the_check_of_these_tests_bites(path: str) -> None:
    """What is unsafe is found unsafe, and is not what `safe_path` gives."""
    assert _complaints(path)
    assert safe_path(path) != path


@given(hostile)
def test_every_path_is_safe(name: str) -> None:
    """No name makes a path that leaves its folder, means a device or stream, or misleads a reader."""
    assert _complaints(safe_path(name)) == []


@given(hostile)
def test_a_safe_path_stays(name: str) -> None:
    """A safe path is its own safe path, so that files which were exported can be stored and exported again."""
    assert safe_path(safe_path(name)) == safe_path(name)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M", "Zs"]), min_size=256), st.sampled_from(["", ".docx"]))
def test_long_names_keep_their_extension(stem: str, extension: str) -> None:
    """A part that is too long for a file system loses the end of its stem, not what says how to open it."""
    path = safe_path(f"{stem.replace('/', '-')}{extension}")
    assert path.endswith(extension)
    assert MAX_PART - 4 < len(path.encode()) <= MAX_PART


def test_what_is_no_extension_is_cut() -> None:
    """The end of a long sentence with a full stop in it is not kept as an extension."""
    assert safe_path(f"1. {'claim ' * 60}") == f"1. {'claim ' * 41}claim_"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a", "b", "A/b"], ["a (2)", "b", "A/b"]),
        (["x.txt", "X.TXT", "x.txt"], ["x.txt", "X (2).TXT", "x (3).txt"]),
        (["x", "x (2)", "x"], ["x", "x (2)", "x (3)"]),
        (["a?", "a*"], ["a_", "a_ (2)"]),
        (["Caf\u00e9", "cafe\u0301"], ["Café", "café (2)"]),
        (["straße", "STRASSE"], ["straße", "STRASSE (2)"]),
        (["A/x", "a/x"], ["A/x", "a/x (2)"]),
        (["a/b/c", "a/b", "a"], ["a/b/c", "a/b (2)", "a (2)"]),
        ([".profile", ".profile"], [".profile", ".profile (2)"]),
        (["x..docx", "x..docx"], ["x..docx", "x. (2).docx"]),
        (["../x", "__/x"], ["__/x", "__/x (2)"]),
        ([], []),
    ],
)
def test_unique_paths(names: list[str], expected: list[str]) -> None:
    """The first of several names that clash keeps its path, a later one is numbered before its extension."""
    assert unique_paths(names) == expected


def test_numbers_fit_into_long_names() -> None:
    """A number does not make a name longer than file systems allow, nor cost it its extension."""
    first, second = unique_paths([f"{'é' * 200}.docx"] * 2)
    assert first.endswith("é.docx")
    assert second.endswith("é (2).docx")
    assert len(second.encode()) <= MAX_PART


def test_a_great_many_clashes() -> None:
    """Names that all clash are numbered in one pass, however many they are."""
    paths = unique_paths(["x"] * 20_000)
    assert paths[-1] == "x (20000)"


def test_folders_one_in_the_other() -> None:
    """Many names in many folders each take memory for the names alone, not for every folder above them."""
    names = [f"{number}/{'a/' * 500}x" for number in range(300)]
    tracemalloc.start()
    try:
        assert unique_paths([*names, "7/A"]) == [*names, "7/A (2)"]
        assert tracemalloc.get_traced_memory()[1] < 20 * sum(map(len, names))
    finally:
        tracemalloc.stop()


@given(st.lists(hostile, max_size=12))
def test_every_path_is_of_its_own(names: list[str]) -> None:
    """Paths are safe, differ in more than case and composition, no file is a folder of another; all is repeatable."""
    paths = unique_paths(names)
    folded = [unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold()) for path in paths]
    assert len(set(folded)) == len(names)
    assert not {path[:end] for path in folded for end in range(len(path)) if path[end] == "/"} & set(folded)
    assert [complaint for path in paths for complaint in _complaints(path)] == []
    assert unique_paths(paths) == paths
    assert unique_paths(names) == paths


@given(names=st.lists(hostile, min_size=1, max_size=6))
def test_every_path_can_be_written(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    """A file system takes the paths, each for a file of its own below the folder that was meant."""
    root = Path(tmp_path_factory.mktemp("root"))
    for path in (paths := unique_paths(names)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch(exist_ok=False)
    found = [os.path.relpath(os.path.join(at, file), root) for at, _folders, files in os.walk(root) for file in files]
    assert sorted(found) == sorted(paths)
