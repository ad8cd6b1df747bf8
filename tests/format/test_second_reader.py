"""A reader that was written from the format document, and knows nothing else, reads what ipvault wrote."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.format.second_reader import Reader, Refused
from tests.support.program import IPVAULT, ipvault

SCRIPT = Path(__file__).with_name("second_reader.py")
PASSPHRASE = "Grüße vom Tresor"
LARGE = bytes(range(256)) * 200  # 51,200 bytes: three full chunks and a part of one


class _Vault:
    """A vault, made and changed by the command line with the real passphrase check."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "vault"
        secret = folder / "passphrase"
        secret.write_text(PASSPHRASE)
        secret.chmod(0o600)
        self._folder = folder
        self.run("init", "--name", "Anna", "--passphrase-file", str(secret))
        self.run("unlock", "--store", "session", "--passphrase-file", str(secret))

    def run(self, *arguments: str, stdin: bytes = b"") -> Any:
        """The data of a command that succeeds."""
        vault = ("--vault", str(self.path), "--json", "--no-input")
        module = "ipvault" if "--passphrase-file" in arguments else IPVAULT  # the same but for that check
        outcome = ipvault(*arguments, *vault, stdin=stdin, cwd=self._folder, module=module)
        assert outcome.exit == 0, outcome.stderr
        return json.loads(outcome.stdout)["data"]

    def reader(self) -> Reader:
        """The second reader, unlocked."""
        reader = Reader(self.path)
        (member,) = {path.split("/")[1] for path in reader.journal.files if path.startswith("members/")}
        reader.unlock(member, PASSPHRASE)
        return reader


def _as_script(vault: _Vault, *arguments: str) -> bytes:
    """What the second reader prints, in a Python that does not look for modules here."""
    command = [sys.executable, "-I", str(SCRIPT), str(vault.path), *arguments]
    return subprocess.run(command, input=f"{PASSPHRASE}\n".encode(), capture_output=True, check=True).stdout


@pytest.fixture
def vault(tmp_path: Path) -> _Vault:
    """A vault in which everything has happened that can happen to items."""
    made = _Vault(tmp_path)
    for name, content in (("widget/claims", b"A widget."), ("empty", b""), ("chunk", LARGE[:16376]), ("gone", b"gone")):
        made.run("add", "-", "--name", name, "--tag", "x", "--tag", "ä", "--note", "n\n", stdin=content)
    made.run("update", "widget/claims", "-", stdin=LARGE)
    made.run("label", "widget/claims", "--label", "secret", "--type", "patent")
    made.run("move", "empty", "Leere")
    made.run("remove", "chunk", "--reason", "old")
    made.run("restore", "chunk")
    made.run("erase", "gone", "--reason", "asked", "--confirm", "gone")
    gone = [r["seq"] for r in made.run("journal", "list")["records"] if (r["fields"] or {}).get("name") == "gone"]
    made.run("journal", "forget", *map(str, gone), "--reason", "privacy", "--confirm", str(len(gone)))
    return made


def test_it_imports_nothing_of_ipvault() -> None:
    """The second reader stands alone: the standard library and `cryptography`."""
    imported = {
        (name.name if isinstance(node, ast.Import) else str(node.module)).partition(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in node.names
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_it_reads_what_was_written(vault: _Vault) -> None:
    """Items, versions, contents and records are those that the program shows; also as a script."""
    reader = vault.reader()
    shown = {item["name"]: item for item in vault.run("list")["items"]}
    read = {item.name: (id_, item) for id_, item in reader.items.items() if not item.removed}
    assert read.keys() == shown.keys() == {"widget/claims", "Leere", "chunk"}
    for name, (id_, item) in read.items():
        row = shown[name]
        assert (id_, item.label, item.type, sorted(item.tags)) == (row["id"], row["label"], row["type"], row["tags"])
        assert (item.note, max(item.versions)) == (row["note"], row["version"])
    assert reader.content(reader.named("widget/claims"), 1) == b"A widget."
    assert reader.content(reader.named("widget/claims"), 2) == LARGE
    assert reader.content(reader.named("Leere"), 1) == b""
    assert reader.content(reader.named("chunk"), 1) == LARGE[:16376]
    records = vault.run("journal", "list")["records"]
    assert [(record["fields"] or {}).get("kind") for record in records][: len(reader.kinds)] == reader.kinds
    assert None in reader.kinds
    assert reader.journal.torn == 0
    assert b"widget/claims\t2\tsecret\tpatent\t51200\n" in _as_script(vault)
    assert _as_script(vault, "widget/claims", "1") == b"A widget."


def test_it_refuses_what_is_not_so(vault: _Vault, tmp_path: Path) -> None:
    """A wrong passphrase, a changed file or record, and a journal cut inside a transaction are noticed."""
    reader = Reader(vault.path)
    member = next(path for path in reader.journal.files if path.startswith("members/")).split("/")[1]
    with pytest.raises(Refused, match="nothing opens with that"):
        reader.unlock(member, "Gruesse vom Tresor")

    def altered(name: str, at: int, to: bytes | None = None) -> None:
        copy = tmp_path / "copy"
        shutil.copytree(vault.path, copy)
        path = copy / name
        path.chmod(0o600)
        data = bytearray(path.read_bytes())
        data[at : at + 1] = bytes([data[at] ^ 1]) if to is None else to
        path.write_bytes(data)
        try:
            with pytest.raises(Refused):
                Reader(copy)
        finally:
            shutil.rmtree(copy)

    size = (vault.path / "journal" / "log").stat().st_size
    for at in range(0, size, size // 20):
        altered("journal/log", at)
    for path in list(reader.journal.files):
        altered(path, 5)
    torn = (vault.path / "journal" / "log").read_bytes() + b'{"torn'
    (vault.path / "journal" / "log").write_bytes(torn)
    assert Reader(vault.path).journal.torn == 6
