"""P21: several processes with one vault. Writers wait for each other, readers for nobody."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from ipvault.catalog.address import find_version
from ipvault.catalog.items import Selection, select
from ipvault.governance.gate.gate import PolicyGate
from ipvault.records.vocabulary import CAT
from ipvault.vault.forgetting import forget
from ipvault.vault.gate import Way
from ipvault.vault.release import release
from tests.cli.vaults import done, journal, make_vault, passphrase_file
from tests.reliability.writers import PATIENCE, end, let_go, locked, start
from tests.support.memory_vault import MemoryVault, add_content, tables
from tests.support.program import command, environment, ipvault

pytestmark = pytest.mark.no_cover

PROCESSES = 8
EACH = 2
READING = [
    ("list",),
    ("list", "--removed"),
    ("show", "first"),
    ("history", "first"),
    ("search", "first"),
    ("status",),
    ("journal", "list"),
    ("journal", "show", "0"),
    ("verify",),
    ("verify", "--content"),
    ("verify", "--keyless"),
    ("doctor",),
    ("unlock", "--store", "session", "--passphrase-file", "passphrase"),
    ("list", "--passphrase-file", "passphrase"),
]
"""Commands that write no record, or (unlocking) can leave it to the next that does."""


@pytest.fixture
def vault(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An open vault with one document."""
    make_vault(home)
    monkeypatch.setenv("IPVAULT_VAULT", str(home / "vault"))
    monkeypatch.chdir(home)
    done("add", "-", "--name", "first", stdin=b"first")
    return home / "vault"


def assert_sound() -> None:
    """The chain and all content verify, nothing lies about, and the records are numbered without a gap."""
    report = json.loads(done("verify", "--content", "--json"))["data"]
    assert report["findings"] == []
    assert report["notes"] == []
    numbers = [record["seq"] for record in journal()]
    assert numbers == list(range(len(numbers)))


@pytest.mark.slow
def test_eight_processes_add_at_once(vault: Path) -> None:
    """All documents of all of them are in, none has an error with the usual patience, and the chain is intact."""
    names = [[f"{process}/{number}" for number in range(EACH)] for process in range(PROCESSES)]
    told: list[str] = []
    for turn in range(EACH):
        with locked(vault) as holder:
            mine = [names[process][turn] for process in range(PROCESSES)]
            running = [start("add", "-", "--name", name, content=name.encode()) for name in mine]
            let_go(holder)
            outcomes = list(map(end, running))
        assert [outcome.exit for outcome in outcomes] == [0] * PROCESSES, outcomes
        told += [line for outcome in outcomes for line in outcome.stderr.splitlines()]
    assert all(line.startswith(("Stored ", "waiting for another ipvault ")) for line in told), told
    listed = {item["name"] for item in json.loads(done("list", "--json"))["data"]["items"]}
    assert listed == {"first", *(name for mine in names for name in mine)}
    assert_sound()


@pytest.mark.slow
@pytest.mark.usefixtures("vault")
def test_changes_of_one_item_by_eight_processes_all_count() -> None:
    """Versions that come in at the same time each get a number of their own."""
    contents = [f"content {number}".encode() for number in range(PROCESSES)]
    running = [start("update", "first", "-", content=content) for content in contents]
    assert [end(updating).exit for updating in running] == [0] * PROCESSES
    versions = json.loads(done("history", "first", "--json"))["data"]["versions"]
    assert [version["version"] for version in versions] == list(range(1, PROCESSES + 2))
    found = {done("cat", f"first@{number}").encode() for number in range(2, PROCESSES + 2)}
    assert found == set(contents)
    assert_sound()


@pytest.mark.slow
@pytest.mark.usefixtures("vault")
def test_only_one_of_eight_gets_a_name() -> None:
    """The same name eight times at once: one is stored, the others find that it exists, and leave nothing behind."""
    running = [start("add", "passphrase", "--name", "same", "--again") for _ in range(PROCESSES)]
    assert sorted(end(adding).exit for adding in running) == [0, *[14] * (PROCESSES - 1)]
    assert_sound()


@pytest.mark.slow
@pytest.mark.usefixtures("vault")
def test_attempts_of_eight_processes_are_all_journalled(home: Path) -> None:
    """Unlocking at the same time, with the right passphrase or a wrong one: every attempt is a record, once."""
    right, wrong = passphrase_file(home), home / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("not the passphrase")
    running = [start("list", "--passphrase-file", str(path)) for path in [right, wrong] * (PROCESSES // 2)]
    assert [end(trying).exit for trying in running] == [0, 12] * (PROCESSES // 2)
    done("add", "-", "--name", "later", stdin=b"later")
    actions = [record["action"] for record in journal()]
    assert actions.count("auth.failed") == PROCESSES // 2
    assert actions.count("auth.unlocked") == PROCESSES // 2 + 1
    assert_sound()


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_readers_are_not_blocked_by_a_writer(vault: Path, arguments: tuple[str, ...]) -> None:
    """While somebody writes and does not come to an end, whatever only reads does not even mention it."""
    with locked(vault) as holder:
        outcome = ipvault(*arguments)
        assert outcome.exit in ((0, 17) if arguments == ("doctor",) else (0,)), outcome
        assert "waiting" not in outcome.stderr
        assert holder.poll() is None


@pytest.mark.slow
@pytest.mark.usefixtures("vault")
def test_readers_see_whole_transactions(home: Path) -> None:
    """Between and during changes each reader sees all of a transaction or nothing of it, and never less than before."""
    folder = home / "pairs"
    for number in range(8):
        (folder / str(number)).mkdir(parents=True)
        for half in ("left", "right"):
            (folder / str(number) / half).write_text(f"{number} {half}")
    script = f'for pair in {folder}/*; do "$@" add -r "$pair" || exit; done'
    writing = subprocess.Popen(
        ["sh", "-c", script, "-", *command([])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    seen = [1]
    while writing.poll() is None:
        outcome = ipvault("list", "--json")
        assert outcome.exit == 0, outcome
        seen.append(len(json.loads(outcome.stdout)["data"]["items"]))
    assert end(writing).exit == 0
    assert seen == sorted(seen)
    assert all(count % 2 for count in seen), seen
    assert len(set(seen)) > 2
    assert_sound()


def test_a_writer_waits_and_says_so(vault: Path) -> None:
    """Who comes second is told once, by whom he is held up, even with --quiet; he gets his turn after the first."""
    with locked(vault) as holder:
        waiting = start("label", "first", "--label", "secret", "--quiet")
        assert waiting.stderr
        told = waiting.stderr.readline()
        assert f"waiting for another ipvault (process {holder.pid}) to finish" in told.decode()
        assert waiting.poll() is None
        let_go(holder)
        outcome = end(waiting)
    assert outcome.exit == 0
    assert "waiting" not in outcome.stderr
    assert_sound()


def test_patience_can_be_set(vault: Path) -> None:
    """IPVAULT_WAIT is how many seconds to wait: then 11, with the process that is writing. Other values are refused."""
    with locked(vault) as holder:
        outcome = ipvault("label", "first", "--label", "secret", env={"IPVAULT_WAIT": "0"})
        assert outcome.exit == 11
        assert f"another ipvault (process {holder.pid}) is writing" in outcome.stderr
        assert "IPVAULT_WAIT" in outcome.stderr
    for value in ("-1", "1.5", "soon", "1000000000"):
        outcome = ipvault("list", env={"IPVAULT_WAIT": value})
        assert outcome.exit == 2
        assert f"IPVAULT_WAIT must be a whole number of seconds, not {value}" in outcome.stderr
    assert ipvault("label", "first", "--label", "secret", env={"IPVAULT_WAIT": "5"}).exit == 0


def test_a_lock_file_is_no_lock(vault: Path) -> None:
    """What a killed process leaves of its lock stops nobody, whatever stands in the file."""
    with locked(vault) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait(PATIENCE)
        (vault / "lock").write_text("999999\n")
        outcome = ipvault("label", "first", "--label", "secret")
    assert outcome.exit == 0
    assert "waiting" not in outcome.stderr
    (vault / "lock").unlink()
    done("label", "first", "--label", "public")
    assert_sound()


def test_whoever_is_interrupted_while_waiting_changes_nothing(vault: Path) -> None:
    """Ctrl-C ends the wait with exit code 130, and the vault is as it was."""
    before = journal()
    with locked(vault):
        waiting = start("label", "first", "--label", "secret")
        assert waiting.stderr
        assert b"waiting" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        assert end(waiting).exit == 130
    assert journal() == before
    assert_sound()


def test_a_forgetting_by_somebody_else_is_followed() -> None:
    """Whoever has the vault open while another process has records forgotten, which moves all others, goes on."""
    made = MemoryVault.create()
    add_content(made.open(), {"first": b"first"})
    waiting, forgetting = made.open(), made.open()
    released = [find_version(forgetting.catalog, "first")]
    _contents, head = release(forgetting, released, Way("", CAT, "stdout"), PolicyGate(forgetting))
    add_content(forgetting, {"second": b"second"})
    waiting.follow()
    forget(forgetting, [head.seq], reason="asked to")
    add_content(waiting, {"third": b"third"})
    assert {item.name for item in select(waiting.catalog, Selection())} == {"first", "second", "third"}
    assert made.verified().findings == []
    made.store.cache.clear()
    assert tables(waiting.catalog) == tables(made.open().catalog)
