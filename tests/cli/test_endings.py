"""Every way to end has its exit code and its words, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from ipvault.cli.help import DOCUMENTS, TOPICS
from ipvault.errors import ExitCode
from tests.support.program import SAMPLE, command, environment, ipvault
from tests.support.sample_program import CANARY
from tests.support.terminal import Terminal

ENDINGS = {
    "denied": (15, "denied"),
    "interrupt": (130, "interrupted"),
    "memory": (30, "out-of-memory"),
    "disk": (30, "storage"),
    "pipe": (141, "broken-pipe"),
    "unexpected": (1, "unexpected"),
}


@pytest.mark.parametrize(("how", "ending"), ENDINGS.items(), ids=list(ENDINGS))
def test_exit_codes(how: str, ending: tuple[int, str]) -> None:
    """Each kind of failure has its exit code; it is told in a sentence, or in one JSON object, on standard error."""
    code, identifier = ending
    outcome = ipvault("sample-fail", how, module=SAMPLE)
    assert outcome.exit == code
    assert outcome.stdout == ""
    assert "Traceback" not in outcome.stderr
    assert outcome.stderr.startswith("ipvault: error: ") is (how != "pipe")  # people know why a pipe ended
    outcome = ipvault("sample-fail", how, "--json", module=SAMPLE)
    assert outcome.exit == code
    assert outcome.stdout == ""
    failure = json.loads(outcome.stderr)
    assert failure["schema"] == "ipvault.error/1"
    assert failure["ok"] is False
    assert (failure["error"]["id"], failure["error"]["exit_code"]) == (identifier, code)
    assert set(failure["error"]) == {"id", "exit_code", "message", "hint", "fields"}


INTERRUPTED_WHILE_IMPORTING = """
import os, runpy, signal, sys

class Interrupting:
    def find_spec(name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting)
runpy.run_module("ipvault", run_name="__main__")
"""


@pytest.mark.parametrize("module", ["ipvault.cli.main", "ipvault.errors", "ipvault.cli.application"])
def test_an_interrupt_before_anything_is_there(module: str) -> None:
    """Whoever presses Ctrl-C while the program is still being loaded sees no traceback either."""
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_IMPORTING, module], capture_output=True, text=True, check=False
    )
    assert run.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in run.stderr


def test_the_disk_says_where() -> None:
    """What the operating system refused is told with the path and its reason."""
    outcome = ipvault("sample-fail", "disk", module=SAMPLE)
    assert "/data/\\x1bfile: No space left on device" in outcome.stderr


def test_nothing_secret_in_the_unexpected() -> None:
    """P39, P40: neither the text of an unexpected exception nor a local variable is shown."""
    for options in ((), ("--json",)):
        outcome = ipvault("sample-fail", "unexpected", *options, module=SAMPLE)
        assert CANARY not in outcome.stdout + outcome.stderr
        assert "RuntimeError" in outcome.stderr


def test_debugging_shows_the_place() -> None:
    """IPVAULT_DEBUG=1 adds the traceback, without local variables; with --json it stays one object."""
    outcome = ipvault("sample-fail", "unexpected", module=SAMPLE, env={"IPVAULT_DEBUG": "1"})
    assert outcome.exit == 1
    assert "Traceback" in outcome.stderr
    assert "secret = " not in outcome.stderr
    outcome = ipvault("sample-fail", "unexpected", "--json", module=SAMPLE, env={"IPVAULT_DEBUG": "1"})
    assert any("sample_program.py" in line for line in json.loads(outcome.stderr)["error"]["fields"]["traceback"])


def test_done_in_part() -> None:
    """A command may end with another code than 0 although it printed its result."""
    assert ipvault("sample-echo", "--note", "partial", module=SAMPLE).exit == ExitCode.PARTIAL
    assert ipvault("sample-echo", module=SAMPLE).exit == ExitCode.DONE


@pytest.mark.parametrize("arguments", [("sample-pour",), ("sample-rows", "200000"), ("sample-rows", "500")])
def test_broken_pipe(arguments: tuple[str, ...]) -> None:
    """P35: when the reader stops, in the middle or before the last flush, the code is 141 and nothing is said."""
    reader, writer = os.pipe()
    process = subprocess.Popen(command(arguments, SAMPLE), stdout=writer, stderr=subprocess.PIPE, env=environment())
    os.close(writer)
    os.close(reader)
    _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 141
    assert stderr == b""


def test_head() -> None:
    """P35: `| head -c 5` gets its five bytes, and the program ends with 141 and no traceback."""
    script = '"$@" | head -c 5; echo " ${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command(["sample-pour"], SAMPLE)],
        capture_output=True,
        env=environment(),
        check=True,
    )
    assert done.stdout == b"\x89PNG\r 141\n"
    assert done.stderr == b""


@pytest.mark.parametrize("arguments", [("--version",), ("help", "json"), ("sample-pour",)])
def test_full_disk(arguments: tuple[str, ...]) -> None:
    """Output that cannot be written makes the command fail with 30, also when only the last flush finds out."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command(arguments, SAMPLE), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert done.returncode == 30
    assert done.stderr.startswith(b"ipvault: error: ")
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_closed_output() -> None:
    """With standard output closed nothing can be delivered, so the command fails; closed stderr harms nothing."""
    script = '"$@" >&-; echo $?; "$@" 2>&- | wc -l; echo ${PIPESTATUS[0]}'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command(["--plain", "help"], SAMPLE)],
        capture_output=True,
        env=environment(),
        check=True,
        text=True,
    )
    assert done.stdout.split() == ["30", str(len(TOPICS)), "0"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_signals(number: signal.Signals) -> None:
    """Ctrl-C, a polite kill and a closed terminal let the command clean up and end with 130."""
    process = subprocess.Popen(
        command(["sample-linger"], SAMPLE), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stdout == "cleaned up\n"
    assert stderr.startswith("ipvault: error: interrupted")
    assert "Traceback" not in stderr


def test_nohup() -> None:
    """A process that was started to survive its terminal does."""
    process = subprocess.Popen(
        ["nohup", *command(["sample-linger"], SAMPLE)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.3)
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130


def test_every_code_is_documented() -> None:
    """`ipvault help exit-codes` lists exactly the codes that there are."""
    page = (DOCUMENTS / "exit-codes.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == [int(code) for code in ExitCode]


def test_colours() -> None:
    """An error is coloured on a terminal, and not with NO_COLOR, --plain or a terminal that cannot."""

    def shown(*options: str, **env: str) -> str:
        with Terminal("sample-fail", "denied", *options, module=SAMPLE, env=env) as terminal:
            status, text = terminal.end()
        assert status == 15
        return text

    assert "\x1b[31mipvault: error:\x1b[0m" in shown()
    for plain in (shown("--plain"), shown(NO_COLOR="1"), shown(TERM="dumb")):
        assert "ipvault: error:" in plain
        assert "\x1b[" not in plain
    assert "\x1b" not in ipvault("sample-fail", "denied", module=SAMPLE, env={"FORCE_COLOR": "1"}).stderr
