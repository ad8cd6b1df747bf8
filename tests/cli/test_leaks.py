"""P36, P39: neither the passphrase nor plaintext is found anywhere outside the places that are meant for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.vaults import PASSPHRASE, done, passphrase_file, the_object
from tests.support.program import Outcome, command, environment, ipvault

CONTENT = b"canary-content-7c1e "
NAME = "canary-name-5d2b.txt"
NOTE = "canary-note-90ab"
SECRETS = [PASSPHRASE.encode(), CONTENT.strip(), NAME.encode(), NOTE.encode()]


def _holders(folder: Path, secret: bytes, *, apart_from: tuple[Path, ...] = ()) -> list[Path]:
    """The files under a folder that hold a secret in their content or their name."""
    return [
        path
        for path in folder.rglob("*")
        if path not in apart_from
        and (secret in os.fsencode(path.name) or (path.is_file() and secret in path.read_bytes()))
    ]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, which a careless program would fill."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(scratch))
    return scratch


def _story(home: Path, source: Path, secret: Path) -> Iterator[Outcome]:
    """A life of a vault, mistakes included."""
    by_file = ("--passphrase-file", str(secret))
    add = ("add", str(source), "--note", NOTE, "--tag", NOTE)
    yield ipvault("init", str(home / "vault"), "--name", "Ada", *by_file)
    yield ipvault("unlock", "--store", "session", "--passphrase-fd", "0", stdin=secret.read_bytes())
    yield ipvault(*add)
    yield ipvault(*add, "--again")
    yield ipvault("update", NAME, "-", stdin=CONTENT * 70_000)
    yield ipvault("search", NOTE)
    yield ipvault("verify", "--content")
    yield ipvault("cat", f"{NAME}x")
    by_command = {"IPVAULT_DEBUG": "1", "IPVAULT_PASSPHRASE_COMMAND": f"cat '{secret}'"}
    yield ipvault("unlock", "--store", "session", env=by_command)
    yield ipvault("list", "--passphrase-fd", "0", stdin=b"x" + secret.read_bytes())
    yield ipvault("add", "-", "--name", "x", "--passphrase-fd", "0", stdin=secret.read_bytes())
    yield ipvault("erase", NAME, "--version", "1", "--confirm", "no")
    yield ipvault("lock")


def test_nothing_leaks_to_files_or_streams(home: Path, tmp_path: Path, scratch: Path) -> None:
    """After a vault's life its folder, cache, state, session and temporary files hold no canary in clear."""
    secret = passphrase_file(home)
    source = tmp_path / NAME
    source.write_bytes(CONTENT * 10)
    outcomes = list(_story(home, source, secret))
    assert [outcome.exit for outcome in outcomes] == [0, 0, 0, 14, 0, 0, 0, 13, 0, 12, 2, 16, 0]
    for outcome in outcomes:
        assert PASSPHRASE not in outcome.stdout + outcome.stderr
        assert CONTENT.decode() not in outcome.stdout + outcome.stderr
    for canary in SECRETS:
        assert _holders(home, canary, apart_from=(secret,)) == []
        assert _holders(scratch, canary) == []
    assert _holders(tmp_path, CONTENT.strip()) == [source]  # the search does find what there is
    for words in ("list", "--help"), ("completion", "bash"), ("help", "environment"):
        assert PASSPHRASE not in ipvault(*words).stdout


def test_nothing_leaks_while_content_is_on_its_way(home: Path, vault: Path, scratch: Path) -> None:
    """While a pipe is still being read, what has arrived is nowhere on the disk in clear."""
    process = subprocess.Popen(
        command(["add", "-", "--name", NAME]), stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdin is not None
    process.stdin.write(CONTENT * 400_000)  # 8 MB: more than is kept in memory before it is encrypted
    process.stdin.flush()
    for folder in (home, scratch):
        for canary in SECRETS[1:]:
            assert _holders(folder, canary) == []
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr is not None
    process.stderr.close()
    assert the_object(vault).stat().st_size > len(CONTENT) * 400_000


def test_other_processes_see_no_secret(home: Path, vault: Path) -> None:
    """The passphrase is in no argument and no environment: not of the program, not of the command that it runs."""
    script = home / "command"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib\n"
        f"seen = pathlib.Path({str(home / 'seen')!r})\n"
        "own, parent = ('/proc/self', f'/proc/{os.getppid()}')\n"
        "names = [f'{own}/environ', f'{own}/cmdline', f'{parent}/cmdline', f'{parent}/environ']\n"
        "seen.write_bytes(b'|'.join(pathlib.Path(n).read_bytes() for n in names if os.access(n, os.R_OK)))\n"
        f"print({PASSPHRASE!r})\n",
        encoding="utf-8",
    )
    script.chmod(0o700)
    variables = environment({"IPVAULT_PASSPHRASE_COMMAND": str(script)})
    subprocess.run(command(["unlock", "--store", "session"]), env=variables, stderr=subprocess.DEVNULL, check=True)
    seen = (home / "seen").read_bytes()
    assert b"tests.support.ipvault_cheap" in seen
    assert PASSPHRASE.encode() not in seen
    (kept,) = (home / "run" / "ipvault").iterdir()
    key = re.findall(rb'"key": "([0-9a-f]+)"', kept.read_bytes())[0]
    assert key not in seen
    assert _holders(vault, key) == []
    assert _holders(vault, bytes.fromhex(key.decode())) == []


def test_no_option_takes_a_passphrase() -> None:
    """P39: a passphrase cannot be given as an argument or in a variable, where others could read it."""
    page = ipvault("unlock", "--help").stdout
    assert "--passphrase " not in page
    assert ipvault("unlock", f"--passphrase={PASSPHRASE}").exit == 2
    assert PASSPHRASE not in ipvault("unlock", f"--passphrase={PASSPHRASE}").stderr
    assert ipvault("unlock", env={"IPVAULT_PASSPHRASE": PASSPHRASE}).exit == 10


@pytest.mark.usefixtures("vault")
def test_core_dumps_are_off(home: Path, secret: Path) -> None:
    """P42: while it has keys in memory, the process cannot leave a core file, whatever the user's limits are."""
    script = home / "command"
    script.write_text(
        f"#!/bin/sh\ngrep 'core file' /proc/$PPID/limits >'{home}/limits'\ncat '{secret}'\n",
        encoding="utf-8",
    )
    script.chmod(0o700)
    done("lock")
    done("list", env={"IPVAULT_PASSPHRASE_COMMAND": str(script)})
    assert (home / "limits").read_text(encoding="utf-8").split()[4:6] == ["0", "0"]
