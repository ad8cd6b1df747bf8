"""`ipvault cat` in pipelines: what leaves is whole, or nothing leaves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.vaults import add, damage, done, error, journal, the_object
from tests.support.program import command, environment, ipvault
from tests.support.terminal import Terminal

CHUNK = 16 * 1024
LARGE = bytes(range(256)) * 4096  # 1 MiB: many chunks, and not text


def _cat(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(["cat", *words]), env=environment(), capture_output=True, check=False)


@pytest.mark.usefixtures("vault")
def test_bytes_pass_unchanged() -> None:
    """Whatever a document holds goes into a pipe byte for byte, an empty one included, with nothing on stderr."""
    for name, content in (("large", LARGE), ("empty", b""), ("line ends", b"\r\n\0\xff\x1b[2J")):
        done("add", "-", "--name", name, "-q", stdin=content)
        outcome = _cat(name)
        assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, content, b"")


def test_damage_at_the_end_lets_nothing_out(vault: Path) -> None:
    """One wrong bit in the last chunk: not a byte leaves, the code is 20, and no record says that something left."""
    add("large", LARGE)
    damage(the_object(vault))
    outcome = _cat("large")
    assert (outcome.returncode, outcome.stdout) == (20, b"")
    place = f"large@1 ({the_object(vault).relative_to(vault)})"
    assert outcome.stderr.startswith(f"ipvault: error: {place} is damaged or was altered: ".encode())
    assert b"ipvault: hint: nothing of it was released" in outcome.stderr
    assert journal("--action", "content.released") == []
    assert error(ipvault("export", "large", "-o", str(vault.parent / "out"), "--json"))["id"] == "damaged"
    assert not (vault.parent / "out").exists()


def test_streaming_warns_and_fails_late(vault: Path) -> None:
    """--stream says that the end is unchecked; of a damaged document the beginning leaves, recorded, and then 20."""
    content = LARGE * 4
    add("large", content)
    assert _cat("large", "--stream").stdout == content
    damage(the_object(vault), -300_000)
    outcome = _cat("large", "--stream")
    assert outcome.returncode == 20
    assert 0 < len(outcome.stdout) < len(content)
    assert content.startswith(outcome.stdout)
    assert b"ipvault: warning: the end of the document is checked only when its beginning is out" in outcome.stderr
    place = the_object(vault).relative_to(vault)
    assert f"\nipvault: error: {place} is damaged or was altered: ".encode() in outcome.stderr
    assert b"part of it may be out already" in outcome.stderr
    assert len(journal("--action", "content.released")) == 2


def test_every_kind_of_damage_is_found(vault: Path) -> None:
    """A missing, shortened, lengthened or exchanged object is exit code 20 with its place, and nothing leaves."""
    add("large", LARGE)
    path = the_object(vault)
    whole = path.read_bytes()
    add("other", LARGE[::-1])
    other = next(p for p in (vault / "objects").rglob("*") if p.is_file() and p != path)
    for content in (None, whole[:-1], whole[: -CHUNK - 16], whole + b"\0", b"", other.read_bytes()):
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        outcome = _cat("large")
        assert (outcome.returncode, outcome.stdout) == (20, b"")
        assert path.name.encode() in outcome.stderr


@pytest.mark.usefixtures("vault")
def test_head_takes_what_it_wants() -> None:
    """P35: `| head -c 5` gets five bytes, and the program ends with 141 without a word; what left is on record."""
    content = LARGE * 4  # more than a pipe holds
    add("large", content)
    script = '"$@" | head -c 5; echo " ${PIPESTATUS[0]}"'
    done_ = subprocess.run(
        ["bash", "-c", script, "bash", *command(["cat", "large"])], capture_output=True, env=environment(), check=True
    )
    assert done_.stdout == content[:5] + b" 141\n"
    assert done_.stderr == b""
    (left,) = journal("--action", "content.released")
    assert (left["fields"]["channel"], left["fields"]["destination"]) == ("cat", "pipe")


@pytest.mark.usefixtures("vault")
def test_binary_is_not_shown_on_a_terminal() -> None:
    """P37: a document that is not harmless text is refused there with a hint; text is shown."""
    for name, content in (
        ("picture", b"\x89PNG\r\n\x1a\n"),
        ("escape", b"text \x1b]0;title\x07"),
        ("bidi", "invoice \u202egpj.exe".encode()),
    ):
        add(name, content)
        with Terminal("cat", name, "--plain") as terminal:
            status, shown = terminal.end()
        assert status == 2
        assert f"ipvault: error: {name} is not text" in shown
        assert "> FILE" in shown
        assert not {"\x1b", "\u202e", "\x89"} & set(shown)
    add("text", "Größe\n".encode())
    with Terminal("cat", "text") as terminal:
        assert terminal.end() == (0, "Größe\r\n")


@pytest.mark.usefixtures("vault")
def test_a_full_disk_is_told() -> None:
    """When the output cannot be written, the command fails with 30."""
    add("large", LARGE)
    with open("/dev/full", "wb") as full:
        outcome = subprocess.run(
            command(["cat", "large"]), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert outcome.returncode == 30
    assert b"No space left" in outcome.stderr


@pytest.mark.usefixtures("vault")
def test_one_document_into_another() -> None:
    """cat feeds add: a pipeline of the program with itself moves content under another name."""
    add("a", LARGE)
    script = '"$@" cat a | "$@" add - --name b --again -q && "$@" show b --json'
    outcome = subprocess.run(
        ["bash", "-c", script, "bash", *command([])], env=environment(), capture_output=True, check=True
    )
    shown = json.loads(outcome.stdout)["data"]
    assert shown["size"] == len(LARGE)
    assert shown["versions"][0]["sha256"] == json.loads(done("show", "a", "--json"))["data"]["versions"][0]["sha256"]
