"""Questions are asked and answered at the terminal device, never through standard input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.vaults import done
from tests.support.program import SAMPLE, command, ipvault
from tests.support.sample_program import CANARY
from tests.support.terminal import Terminal


def test_a_passphrase_is_not_shown() -> None:
    """What is typed as a passphrase does not appear, counts to the last space, and the terminal echoes again."""
    with Terminal("sample-passphrase", module=SAMPLE) as terminal:
        terminal.read_until("Passphrase: ")
        terminal.type_line(f" {CANARY} ", silently=True)
        status, shown = terminal.end()
    assert status == 0
    assert shown.split() == ["right"]


def test_a_new_passphrase_is_typed_twice() -> None:
    """Two different answers are refused with 16."""
    for second, expected in ((f" {CANARY}", 0), ("something else", 16)):
        with Terminal("sample-passphrase", "--new", module=SAMPLE) as terminal:
            terminal.read_until("New passphrase: ")
            terminal.type_line(f" {CANARY}", silently=True)
            terminal.read_until("The same again: ")
            terminal.type_line(second, silently=True)
            status, shown = terminal.end()
        assert status == expected
        assert CANARY not in shown


def test_interrupting_a_prompt_restores_the_terminal() -> None:
    """Ctrl-C at a passphrase ends with 130, and the terminal shows again what is typed."""
    shell = 'trap : INT; "$@"; echo "ended $?"; stty -a'
    with Terminal.of(["bash", "-c", shell, "bash", *command(["sample-passphrase"], SAMPLE)]) as terminal:
        terminal.read_until("Passphrase: ")
        terminal.interrupt()
        status, shown = terminal.end()
    assert status == 0
    assert "interrupted; nothing was written that is not complete" in shown
    assert "ended 130" in shown
    assert " echo " in shown.replace("\r\n", " ")


def test_interrupting_a_prompt_of_a_vault(vault: Path) -> None:
    """Only a command that has come to a vault speaks of what its journal records."""
    done("lock")
    with Terminal("list", "--vault", str(vault)) as terminal:
        terminal.read_until("Passphrase: ")
        terminal.await_silence()
        terminal.interrupt()
        status, shown = terminal.end()
    assert status == 130
    assert "interrupted; only what the journal records was done" in shown


@pytest.mark.parametrize("words", [("sample-passphrase",), ("sample-passphrase", "--new")], ids=" ".join)
@pytest.mark.parametrize("typed", ["", "half of it"])
def test_end_of_input_at_a_passphrase(words: tuple[str, ...], typed: str) -> None:
    """Ctrl-D at a passphrase, be it in the middle, is none: 16, with what happened and what to do."""
    with Terminal(*words, module=SAMPLE) as terminal:
        terminal.read_until("assphrase: ")
        terminal.await_silence()
        terminal.process.send(typed)
        for _ in range(2 if typed else 1):
            terminal.process.sendeof()
        status, shown = terminal.end()
    assert status == 16
    assert "no passphrase was typed, so nothing was done" in shown
    assert "press Enter" in shown


def test_a_new_passphrase_is_judged_at_once(home: Path) -> None:
    """`init` refuses a passphrase that is too short when it has been typed once, and makes nothing."""
    with Terminal("init", str(home / "vault"), "--name", "Ada") as terminal:
        terminal.read_until("New passphrase: ")
        terminal.type_line("short", silently=True)
        status, shown = terminal.end()
    assert status == 2
    assert "fewer than 8 characters" in shown
    assert "The same again" not in shown
    assert not (home / "vault").exists()


def test_end_of_input_at_a_prompt() -> None:
    """Ctrl-D instead of an answer is no answer, not an endless wait."""
    with Terminal("sample-confirm", module=SAMPLE) as terminal:
        terminal.read_until("Type the name: ")
        terminal.process.sendeof()
        assert terminal.end()[0] == 16


@pytest.mark.parametrize(("answer", "code"), [("widget", 0), ("Widget", 16), ("", 16)])
def test_confirming(answer: str, code: int) -> None:
    """Something final is done only if the person types its name exactly."""
    with Terminal("sample-confirm", module=SAMPLE) as terminal:
        terminal.read_until("Type the name: ")
        terminal.type_line(answer)
        assert terminal.end()[0] == code


def test_standard_input_is_no_answer() -> None:
    """P17: without a terminal nothing is asked: what is piped in is data. The code is 16, and the hint helps."""
    outcome = ipvault("sample-passphrase", stdin=CANARY.encode(), module=SAMPLE)
    assert outcome.exit == 16
    assert "ipvault: hint: run `ipvault unlock` in a terminal first" in outcome.stderr
    outcome = ipvault("sample-confirm", stdin=b"widget\n", module=SAMPLE)
    assert outcome.exit == 16
    assert outcome.stderr == (
        "ipvault: error: erasing widget has to be confirmed by a person\nipvault: hint: use a terminal\n"
    )


def test_redirected_streams_can_still_be_asked() -> None:
    """A person at a terminal is asked although all standard streams are redirected."""
    shell = '"$@" </dev/null >/dev/null 2>&1; echo "ended $?"'
    with Terminal.of(["bash", "-c", shell, "bash", *command(["sample-confirm"], SAMPLE)]) as terminal:
        terminal.read_until("Type the name: ")
        terminal.type_line("widget")
        assert "ended 0" in terminal.end()[1]


@pytest.mark.parametrize("prompt", ["sample-confirm", "sample-passphrase"])
def test_no_input(prompt: str) -> None:
    """--no-input asks nothing even at a terminal."""
    with Terminal(prompt, "--no-input", module=SAMPLE) as terminal:
        status, shown = terminal.end()
    assert status == 16
    assert "Type the name" not in shown
    assert "Passphrase: " not in shown


def test_a_secret_is_not_in_the_process_list() -> None:
    """P39: what is typed at a prompt is in neither the arguments nor the environment of the process."""
    with Terminal("sample-passphrase", "--new", module=SAMPLE) as terminal:
        terminal.read_until("New passphrase: ")
        terminal.type_line(CANARY, silently=True)
        terminal.read_until("The same again: ")
        for name in ("cmdline", "environ"):
            assert CANARY.encode() not in Path("/proc", str(terminal.process.pid), name).read_bytes()


def test_a_passphrase_that_was_named(home: Path) -> None:
    """A descriptor, a file or a command gives the passphrase without asking; two of them at once are a usage error."""
    secret = home / "secret"
    secret.write_text(f" {CANARY} \n", encoding="utf-8")
    secret.chmod(0o600)
    file = ("--passphrase-file", str(secret))
    by_command = {"IPVAULT_PASSPHRASE_COMMAND": f"cat {secret}"}
    for arguments, stdin, env in (
        (file, b"", {}),
        (("--passphrase-fd", "0"), secret.read_bytes(), {}),
        (("--passphrase-file", "-"), secret.read_bytes(), {}),
        ((), b"", by_command),
    ):
        outcome = ipvault("sample-passphrase", *arguments, stdin=stdin, env=env, module=SAMPLE)
        assert outcome.stdout == "right\n", outcome
    for second, env in ((("--passphrase-fd", "0"), {}), ((), by_command)):
        outcome = ipvault("sample-passphrase", *file, *second, env=env, module=SAMPLE)
        assert outcome.exit == 2
        assert CANARY not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize(("typed", "owner"), [("Ada Lovelace", "Ada Lovelace"), ("", "counsel")])
def test_init_asks_for_the_name(home: Path, typed: str, owner: str) -> None:
    """The name that stays in the journal is asked for before the passphrase; Enter takes that of the account."""
    with Terminal("init", str(home / "vault"), env={"LOGNAME": "counsel"}) as terminal:
        terminal.read_until("Your name, as it will stand in the journal [counsel]: ")
        terminal.type_line(typed)
        for question in ("New passphrase: ", "The same again: "):
            terminal.read_until(question)
            terminal.type_line(CANARY, silently=True)
        status, shown = terminal.end()
    assert status == 0
    assert f"Its owner is {owner}." in shown


def test_init_asks_nothing_that_is_not_asked_of_a_person(home: Path) -> None:
    """With --name, with a passphrase from elsewhere, or with nobody to ask, no name is asked for."""
    secret = home / "secret"
    secret.touch(mode=0o600)
    secret.write_text(CANARY, encoding="utf-8")
    account = {"LOGNAME": "counsel"}
    with Terminal("init", str(home / "a"), "--name", "Ada") as terminal:
        assert "Your name" not in terminal.read_until("New passphrase: ")
    with Terminal("init", str(home / "b"), "--passphrase-file", str(secret), env=account) as terminal:
        status, shown = terminal.end()
    assert status == 0
    assert "Its owner is counsel." in shown
    with Terminal("init", str(home / "c"), "--no-input") as terminal:
        status, shown = terminal.end()
    assert status == 16
    assert "Your name" not in shown
