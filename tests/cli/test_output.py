"""What commands show, and where: data on standard output, everything else on standard error."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from ipvault.cli.binary import TextOnly
from ipvault.cli.tables import aligned
from ipvault.errors import BinaryToTerminal
from ipvault.text import as_json
from tests.support.program import SAMPLE, environment, ipvault
from tests.support.terminal import Terminal


def test_messages_are_not_data() -> None:
    """Messages and warnings go to standard error; --quiet leaves only the warnings that somebody has to act on."""
    outcome = ipvault("sample-echo", "a", "--note", "hello", module=SAMPLE)
    assert outcome.stdout == "note: hello\nwords: ['a']\n"
    assert outcome.stderr == "ipvault: warning: careful\nipvault: warning: by the way\nworking\n"
    outcome = ipvault("sample-echo", "--quiet", module=SAMPLE)
    assert outcome.stderr == "ipvault: warning: careful\n"


def test_json_is_one_object() -> None:
    """--json prints one line on standard output: the result with the warnings, and nothing on standard error."""
    outcome = ipvault("sample-echo", "a", "--json", module=SAMPLE)
    assert outcome.stderr == ""
    assert outcome.stdout.count("\n") == 1
    envelope = json.loads(outcome.stdout)
    assert set(envelope) == {"schema", "ok", "data", "warnings", "journal"}
    assert (envelope["schema"], envelope["ok"]) == ("ipvault.echo/1", True)
    assert envelope["warnings"] == ["careful", "by the way"]
    assert json.loads(ipvault("sample-echo", "--json", "-q", module=SAMPLE).stdout)["warnings"] == envelope["warnings"]


def test_json_of_work_done_in_part() -> None:
    """`ok` is true only if the exit code is 0."""
    outcome = ipvault("sample-echo", "--note", "partial", "--json", module=SAMPLE)
    assert outcome.exit == 3
    assert json.loads(outcome.stdout)["ok"] is False


def _options(*arguments: str) -> dict[str, Any]:
    outcome = ipvault(*arguments, "--json", module=SAMPLE)
    assert outcome.exit == 0, outcome.stderr
    options: dict[str, Any] = json.loads(outcome.stdout)["data"]["options"]
    return options


GIVEN = (
    *("--vault=/v", "-q", "--no-input", "--plain", "--lang=en"),
    *("--passphrase-fd", "7", "--passphrase-file", "/p", "--key-file", "/k", "--identity", "/i"),
)


@pytest.mark.parametrize(
    "arguments",
    [(*GIVEN, "sample-echo"), ("sample-echo", *GIVEN), (*GIVEN[:3], "sample-echo", *GIVEN[3:])],
    ids=["before", "after", "both"],
)
def test_options_of_every_command(arguments: tuple[str, ...]) -> None:
    """They work before the subcommand, after it, and spread over both places."""
    assert _options(*arguments) == {
        "vault": "/v",
        "json": True,
        "quiet": True,
        "no_input": True,
        "plain": True,
        "lang": "en",
        "passphrase_fd": 7,
        "passphrase_file": "/p",
        "key_file": "/k",
        "identity": "/i",
    }


def test_the_later_option_counts() -> None:
    """An option given before and after the subcommand has the value of the later one."""
    assert _options("--vault", "/a", "sample-echo", "--vault", "/b")["vault"] == "/b"
    assert _options("--vault", "/a", "sample-echo")["vault"] == "/a"
    assert _options("sample-echo", "--vault", "/a", "--vault", "/b")["vault"] == "/b"


def test_a_value_that_looks_like_an_option() -> None:
    """`--note --json` is a note, and what follows `--` is no option."""
    outcome = ipvault("sample-echo", "--note", "--json", "--", "--quiet", module=SAMPLE)
    assert outcome.stdout == "note: --json\nwords: ['--quiet']\n"


def test_tables_in_a_pipe() -> None:
    """A program gets tab-separated lines without titles; a tab in a cell cannot be taken for one between cells."""
    assert ipvault("sample-rows", "2", module=SAMPLE).stdout == "name\t0\nname\t1\n"
    assert ipvault("sample-rows", "1", "--text", "a\tb\nc", module=SAMPLE).stdout == "a\\x09b\\x0ac\t0\n"
    assert ipvault("sample-rows", "0", module=SAMPLE).stdout == ""


def _on_terminal(*arguments: str, columns: int = 100, **env: str) -> str:
    with Terminal(*arguments, module=SAMPLE, columns=columns, env=env) as terminal:
        status, shown = terminal.end()
    assert status == 0
    return shown.replace("\r\n", "\n")


def test_tables_on_a_terminal() -> None:
    """A person gets a drawn table, nothing of which is cut off; beyond what one reads, and with --plain, columns."""
    drawn = _on_terminal("sample-rows", "3")
    assert "Name" in drawn
    assert "─" in drawn
    narrow = _on_terminal("sample-rows", "1", "--text", "x" * 300, columns=40)
    assert narrow.count("x") == 300
    plain = _on_terminal("sample-rows", "2", "--plain")
    assert plain == "Name  Size\nname  0\nname  1\n"
    long = _on_terminal("sample-rows", "201")
    assert "─" not in long
    assert long.count("\n") == 202


STYLED = ("sample-rows", "help", "sample-echo")
_WORDS = {"sample-rows": ("3",), "help": ("exit-codes",), "sample-echo": ("word",)}


@pytest.mark.parametrize("command", STYLED)
def test_no_escape_sequences_for_those_who_want_none(command: str) -> None:
    """Tables, pages, fields and warnings are styled on a terminal; with NO_COLOR, TERM=dumb or --plain never."""
    words = (command, *_WORDS[command])
    assert "\x1b[1m" in _on_terminal(*words)
    assert "\x1b" in _on_terminal(*words, NO_COLOR="")
    for shown in (
        _on_terminal(*words, NO_COLOR="1"),
        _on_terminal(*words, TERM="dumb"),
        _on_terminal(*words, "--plain"),
    ):
        assert "\x1b" not in shown
    assert "─" not in _on_terminal(*words, "--plain")


def test_plain_columns_are_aligned() -> None:
    """Columns line up also with wide characters and combining marks."""
    rows = [("漢字", 1), ("e\u0301", 22)]
    assert list(aligned(["Name", "Size"], rows)) == ["Name  Size", "漢字  1", "e\u0301     22"]


def test_pipes_do_not_pay_for_drawing() -> None:
    """Rich is not imported where nothing is drawn."""
    script = (
        "import sys; from tests.support import sample_program; from ipvault.cli.main import run;"
        "sample_program.install();"
        "run(['sample-rows', '3']); run(['sample-echo']); run(['--help']);"
        "print('rich' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "False"


def test_binary_is_not_written_to_a_terminal() -> None:
    """P37: a document that is not text is refused on a terminal, with a hint; into a pipe it goes unchanged."""
    with Terminal("sample-pour", "--plain", module=SAMPLE) as terminal:
        status, shown = terminal.end()
    assert status == 2
    assert "PNG" not in shown
    assert "ipvault: error: claims.pdf is not text" in shown
    assert "> FILE" in shown
    assert _on_terminal("sample-pour", "--text").startswith("a line of text\n")
    piped = ipvault("sample-pour", module=SAMPLE)
    assert piped.stdout.encode(errors="surrogateescape") == b"\x89PNG\r\n\x1a\n" * 200_000
    refused = ipvault("sample-pour", "--json", module=SAMPLE)
    assert refused.exit == 2
    assert refused.stdout == ""


@pytest.mark.parametrize("data", [b"\0", b"\x1b[31m", b"\xff", "\x9b31m".encode(), b"a\x08", b"\x7f"])
def test_what_acts_on_a_terminal_is_not_text(data: bytes) -> None:
    """Escape sequences and other controls in a document are refused as binary is, before any of it is written."""
    terminal = io.BytesIO()
    with pytest.raises(BinaryToTerminal):
        TextOnly(terminal, "x").write(b"text " + data)
    assert terminal.getvalue() == b""


def test_text_in_any_script_is_text() -> None:
    """UTF-8 is text, wherever a chunk ends."""
    terminal = io.BytesIO()
    sink = TextOnly(terminal, "x")
    text = "Größe\t漢字\r\n\f".encode()
    for byte in text:
        sink.write(bytes([byte]))
    sink.flush()
    assert terminal.getvalue() == text


def test_progress_appears_only_for_long_work() -> None:
    """A bar appears on a terminal after a second of work, and its label is safe; short work shows none."""
    shown = _on_terminal("sample-work", "1.5", columns=250)
    assert "Working" in shown
    assert r"\x1b]52" in shown
    assert "Working" not in _on_terminal("sample-work", "0.2")


def test_progress_without_colours() -> None:
    """With NO_COLOR the bar still moves, in the terminal's own colours; a terminal on which nothing moves has none."""
    shown = _on_terminal("sample-work", "1.3", NO_COLOR="1")
    assert "Working" in shown
    assert not re.search(r"\x1b\[[0-9;]*m", shown)
    assert "Working" not in _on_terminal("sample-work", "1.2", TERM="dumb")


@pytest.mark.parametrize("option", ["--quiet", "--json", "--plain"])
def test_progress_can_be_silenced(option: str) -> None:
    """--quiet, --json and --plain show no progress, and neither does a pipe."""
    assert "Working" not in _on_terminal("sample-work", "1.2", option)
    assert ipvault("sample-work", "1.2", module=SAMPLE).stderr == ""


def test_json_of_other_types() -> None:
    """Paths and times are written as their text."""
    assert as_json({"path": os.path.sep, "n": 1}) == '{"path":"/","n":1}'
