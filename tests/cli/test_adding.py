"""`ipvault add` on real folders: what goes in, what is left out, and when a source may be removed."""

from __future__ import annotations

import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from tests.cli.vaults import add, damage, data, done, error, journal, the_object
from tests.support.nesting import nested
from tests.support.program import ipvault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all that a file system can hold."""
    folder = tmp_path / "widget"
    (folder / "drawings" / "empty folder").mkdir(parents=True)
    (folder / "claims.txt").write_bytes(b"claims")
    (folder / "drawings" / "1.txt").write_bytes(b"drawing")
    (folder / "drawings" / ".hidden").write_bytes(b"hidden")
    (folder / "link").symlink_to("claims.txt")
    (folder / "drawings" / "up").symlink_to("..")
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        before = Path.cwd()
        os.chdir(folder)  # the name of a socket must be short
        listener.bind("socket")
        os.chdir(before)
    return folder


@pytest.mark.usefixtures("vault")
def test_a_whole_folder(folder: Path) -> None:
    """-r takes every regular file, hidden ones too, and never follows a link; what is skipped is named; code 3."""
    outcome = ipvault("add", "-r", "widget", "--json", cwd=folder.parent)
    assert outcome.exit == 3
    result = data(outcome)
    assert [stored["name"] for stored in result["stored"]] == [
        "widget/claims.txt",
        "widget/drawings/.hidden",
        "widget/drawings/1.txt",
    ]
    assert {Path(skipped["source"]).name: skipped["reason"] for skipped in result["skipped"]} == {
        "link": "it is a symbolic link",
        "up": "it is a symbolic link",
        "dangling": "it is a symbolic link",
        "pipe": "it is not a regular file",
        "socket": "it is not a regular file",
    }
    assert len({record["time"] for record in journal("--action", "item.added")}) == 1


@pytest.mark.usefixtures("vault")
def test_a_folder_from_inside(folder: Path) -> None:
    """`add -r .` names the items after the folder, wherever one stands; a trailing slash changes nothing."""
    ipvault("add", "-r", ".", cwd=folder / "drawings")
    assert ipvault("add", "-r", f"{folder / 'drawings'}/", "--again").exit == 14
    assert data(ipvault("list", "drawings/*", "--json"))["items"][1]["name"] == "drawings/1.txt"


@pytest.mark.usefixtures("vault")
def test_all_or_nothing(folder: Path) -> None:
    """When one of many names is taken, nothing is stored and no object stays behind."""
    add("widget/drawings/1.txt", b"something else")
    before = _objects(Path(os.environ["IPVAULT_VAULT"]))
    failure = error(ipvault("add", "-r", "widget", "--json", cwd=folder.parent))
    assert (failure["id"], failure["exit_code"]) == ("exists", 14)
    assert failure["hint"].startswith("to store a new version of it: ipvault update widget/drawings/1.txt FILE; ")
    assert _objects(Path(os.environ["IPVAULT_VAULT"])) == before
    assert len(journal("--action", "item.added")) == 1


def _objects(vault: Path) -> list[str]:
    return sorted(str(path) for part in ("objects", "tmp") for path in (vault / part).rglob("*") if path.is_file())


@pytest.mark.usefixtures("vault")
def test_a_folder_again(tmp_path: Path) -> None:
    """Files that the vault has under their names are counted, not listed, and what is new goes in; no content is
    encrypted for that. The content of an older version is told as such.
    """
    folder = tmp_path / "widget"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_bytes(f"content {number}".encode())
    done("add", "-r", "widget", cwd=tmp_path)
    assert ipvault("add", "-r", "widget", cwd=tmp_path).stderr.splitlines() == [
        "30 files are in the vault already, under the same names and with the same content.",
        "Nothing new was stored.",
    ]
    (folder / "new.txt").write_bytes(b"new")
    done("update", "widget/7.txt", "-", stdin=b"newer")
    outcome = ipvault("add", "-r", "widget", "--json", cwd=tmp_path)
    assert outcome.exit == 0
    result = data(outcome)
    assert [stored["name"] for stored in result["stored"]] == ["widget/new.txt"]
    assert len(result["unchanged"]) == 29
    assert result["unchanged"][0] == {"name": "widget/0.txt", "source": "widget/0.txt"}
    assert result["duplicates"] == [
        {"name": "widget/7.txt", "held_as": "widget/7.txt@1", "source": "widget/7.txt"},
    ]


@pytest.mark.usefixtures("vault")
def test_only_what_is_new(tmp_path: Path) -> None:
    """Changed files under known names stop the command, all named at once; --skip-existing leaves them out, says which
    and stores the rest. They stay as they are in the vault, though another item may have their content now.
    """
    folder = tmp_path / "widget"
    folder.mkdir()
    for name in "abc":
        (folder / name).write_bytes(name.encode())
    done("add", "-r", "widget", cwd=tmp_path)
    (folder / "a").write_bytes(b"c")
    (folder / "b").write_bytes(b"changed")
    (folder / "new").write_bytes(b"new")
    failure = error(ipvault("add", "-r", "widget", "--json", cwd=tmp_path))
    assert (failure["id"], failure["exit_code"]) == ("exists", 14)
    assert "2 of the names, with other content: widget/a, widget/b" in failure["message"]
    assert "--skip-existing" in failure["hint"]
    assert ipvault("add", "-r", "widget", "--again", cwd=tmp_path).exit == 14
    outcome = ipvault("add", "-r", "widget", "--skip-existing", cwd=tmp_path)
    assert outcome.exit == 0
    assert outcome.stderr.splitlines() == [
        "1 file is in the vault already, under the same name and with the same content.",
        *(
            f"ipvault: warning: widget/{name} was left out: widget/{name} has other content; "
            f"to store a new version: ipvault update widget/{name} FILE"
            for name in "ab"
        ),
        "Stored widget/new in room main.",
    ]
    assert [done("cat", f"widget/{name}") for name in "ab"] == ["a", "b"]
    result = data(ipvault("add", "-r", "widget", "--skip-existing", "--json", cwd=tmp_path))
    assert [taken["name"] for taken in result["existing"]] == ["widget/a", "widget/b"]
    outcome = ipvault("add", "-", "--name=widget/a", "--skip-existing", stdin=b"c")
    assert (outcome.exit, outcome.stderr.splitlines()[-1]) == (0, "Nothing new was stored.")


@pytest.mark.usefixtures("vault")
def test_two_files_of_one_name(tmp_path: Path) -> None:
    """Two file names that differ in how an accent is stored would be one item: neither is lost, the error names both
    and says why; with the same content one is stored and the other told.
    """
    folder = tmp_path / "widget"
    folder.mkdir()
    for content, name in ((b"1", "Caf\u00e9"), (b"2", "Cafe\u0301")):
        (folder / name).write_bytes(content)
    if len(list(folder.iterdir())) < 2:
        pytest.skip("this file system takes the two for one")
    failure = error(ipvault("add", "-r", "widget", "--json", cwd=tmp_path))
    assert (failure["id"], failure["exit_code"]) == ("conflict", 14)
    for told in ("widget/Caf\u00e9", "widget/Cafe\u0301", "--name", "accents"):
        assert told in failure["message"]
    assert data(ipvault("list", "--json"))["items"] == []
    (folder / "Caf\u00e9").write_bytes(b"2")
    result = data(ipvault("add", "-r", "widget", "--json", cwd=tmp_path))
    assert (len(result["stored"]), len(result["duplicates"])) == (1, 1)


def test_what_a_damaged_vault_has_lost_is_stored_again(vault: Path, tmp_path: Path) -> None:
    """A content whose file is gone or cut is not said to be there: it can be added under another name, and stored as a
    new version of its own.
    """
    (tmp_path / "a").write_bytes(b"content")
    done("add", "a", cwd=tmp_path)
    lost = the_object(vault)
    lost.chmod(0o600)
    lost.write_bytes(lost.read_bytes()[:-1])
    for _state in ("cut", "gone"):
        failure = error(ipvault("add", "a", "--json", cwd=tmp_path))
        assert (failure["id"], "ipvault update a FILE" in failure["hint"]) == ("exists", True)
        lost.unlink(missing_ok=True)
    (tmp_path / "b").write_bytes(b"content")
    assert data(ipvault("add", "b", "--json", cwd=tmp_path))["stored"][0]["name"] == "b"
    assert data(ipvault("update", "a", "a", "--json", cwd=tmp_path))["stored"][0]["version"] == 2
    assert data(ipvault("update", "a", "a", "--json", cwd=tmp_path))["stored"] == []
    assert done("cat", "a") == "content"


@pytest.mark.usefixtures("vault")
def test_content_that_another_room_has(tmp_path: Path) -> None:
    """It is named with that room, and so found by what is said; what the same room has goes before, by its name."""
    done("room", "create", "patents")
    add("first", b"the same")
    (tmp_path / "file").write_bytes(b"the same")
    there = ("add", "file", "--room", "patents")
    outcome = ipvault(*there, cwd=tmp_path)
    assert "the vault has this content already, as main:first;" in outcome.stderr
    assert done("cat", "main:first") == "the same"
    done(*there, "--again", "--name", "second", cwd=tmp_path)
    assert data(ipvault(*there, "--json", cwd=tmp_path))["duplicates"][0]["held_as"] == "second"


@pytest.mark.usefixtures("vault")
def test_the_same_content_twice_in_one_command(tmp_path: Path) -> None:
    """It is stored once, and the second file is reported with the first; --again stores both."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"the same")
    result = data(ipvault("add", "a", "b", "--json", cwd=tmp_path))
    assert [stored["name"] for stored in result["stored"]] == ["a"]
    assert result["duplicates"] == [{"name": "b", "held_as": "a", "source": "b"}]
    (tmp_path / "c").write_bytes(b"the same")
    (tmp_path / "d").write_bytes(b"the same")
    assert len(data(ipvault("add", "c", "d", "--again", "--json", cwd=tmp_path))["stored"]) == 2


@pytest.mark.usefixtures("vault")
def test_a_source_is_removed_after_the_commit(tmp_path: Path) -> None:
    """--remove-source deletes what was stored, says what that cannot promise, and keeps what was not stored."""
    for name in ("a", "b", "same"):
        (tmp_path / name).write_bytes(name.encode())
    add("held", b"same")
    (tmp_path / "link").symlink_to("b")
    outcome = ipvault("add", "a", "b", "same", "link", "--remove-source", cwd=tmp_path)
    assert outcome.exit == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "same"]
    assert "Copies may survive in backups, snapshots" in outcome.stderr
    assert "Removed 2 source files" in outcome.stderr
    assert done("cat", "a") == "a"


@pytest.mark.usefixtures("vault")
def test_a_source_stays_when_nothing_was_committed(tmp_path: Path) -> None:
    """A command that fails removes nothing."""
    add("b", b"taken")
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode())
    assert ipvault("add", "a", "b", "--remove-source", cwd=tmp_path).exit == 14
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.usefixtures("vault")
def test_a_source_that_changed_is_not_removed(tmp_path: Path) -> None:
    """A file that is no longer what was stored stays, and the warning says so. Linux has one that always changes, every
    hundredth of a second; the file after it takes longer.
    """
    changing = Path("/proc/uptime")
    if not changing.exists():
        pytest.skip("there is no file here that is sure to change")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    outcome = ipvault("add", str(changing), str(large), "--remove-source", "--json")
    assert outcome.exit == 0, outcome
    assert data(outcome)["removed_sources"] == [str(large)]
    assert json.loads(outcome.stdout)["warnings"] == [f"{changing} was not removed: it has changed since it was stored"]


@pytest.mark.usefixtures("vault")
def test_a_source_that_cannot_be_removed_stays() -> None:
    """Where the system refuses, the document is stored all the same, and the warning gives the reason."""
    fixed = Path("/proc/version")
    if not fixed.exists():
        pytest.skip("there is no file here that is sure to stay")
    outcome = ipvault("add", str(fixed), "--remove-source", "--json")
    assert outcome.exit == 0, outcome
    assert data(outcome)["removed_sources"] == []
    assert json.loads(outcome.stdout)["warnings"] == [f"{fixed} was not removed: Operation not permitted"]


@pytest.mark.usefixtures("vault")
def test_a_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """When the system fails to read one of several files, the error names it, and nothing is stored."""
    unreadable = Path("/proc/self/mem")
    if not unreadable.exists():
        pytest.skip("there is no file here that is sure to fail")
    (tmp_path / "a").write_bytes(b"a")
    outcome = ipvault("add", "a", str(unreadable), cwd=tmp_path)
    assert outcome.exit == 30
    assert outcome.stderr.startswith(f"ipvault: error: {unreadable}: Input/output error\n")
    assert data(ipvault("list", "--json"))["items"] == []


@pytest.mark.usefixtures("vault")
def test_a_source_is_removed_through_its_own_name_only(tmp_path: Path) -> None:
    """A second name of the same file (a hard link) is not touched."""
    (tmp_path / "a").write_bytes(b"a")
    os.link(tmp_path / "a", tmp_path / "other name")
    done("add", "a", "--remove-source", "-q", cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["other name"]


def test_a_damaged_vault_takes_nothing_more(vault: Path, tmp_path: Path) -> None:
    """When add finds the journal altered, it fails with 21, stores nothing and keeps the source."""
    (tmp_path / "a").write_bytes(b"a")
    add("b")
    objects = _objects(vault)
    damage(vault / "journal" / "log", -100)
    shutil.rmtree(vault / "cache", ignore_errors=True)  # so that all of the journal has to be read
    outcome = ipvault("add", "a", "--remove-source", cwd=tmp_path)
    assert outcome.exit == 21
    assert (tmp_path / "a").exists()
    assert _objects(vault) == objects


@pytest.mark.usefixtures("vault")
def test_names_of_many_kinds() -> None:
    """A name may hold nearly anything, is kept as it is, and finds its item again."""
    names = ["a/b/c", "Ünïcödé", "with space", "-r", "a" * 1024, "odd@2", "main:x", "'quoted'"]
    for name in names:
        add(name)
    assert sorted(item["name"] for item in data(ipvault("list", "--json"))["items"]) == sorted(names)
    for name in names[-5:]:
        assert done("cat", "--", name) == name


@pytest.mark.usefixtures("vault")
def test_names_in_normal_form() -> None:
    """A name is found however its accents are composed."""
    done("add", "-", "--name", "Cafe\u0301", "-q", stdin=b"content")
    assert data(ipvault("list", "--json"))["items"][0]["name"] == "Caf\u00e9"
    for typed in ("Cafe\u0301", "Caf\u00e9"):
        assert done("cat", typed) == "content"
        assert ipvault("add", "-", "--name", typed, stdin=b"other").exit == 14


@pytest.mark.usefixtures("vault")
def test_a_changed_name_is_told(tmp_path: Path) -> None:
    """A file whose name cannot be an item's gets another one, and that is said: accents, bytes that are no text, signs
    that cannot be seen. A name that stays, or was given with --name, is not mentioned.
    """
    files = [b"same.txt", "Cafe\u0301".encode(), b"no\xfftext", "a\u200bb".encode()]
    (tmp_path / "in").mkdir()
    for number, name in enumerate(files):
        Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name)).write_bytes(bytes([number]))
    outcome = ipvault("add", "-r", "in", cwd=tmp_path)
    assert outcome.exit == 0
    told, stored = outcome.stderr.splitlines()
    assert told.startswith("ipvault: warning: 3 names were changed, ")
    for new in ("in/Caf\u00e9", "in/a\\u200bb", "in/no\\udcfftext"):
        assert f" is now {new}" in told
    assert "same.txt" not in told
    assert stored == "Stored 4 items in room main."
    assert len(data(ipvault("list", "--json"))["items"]) == 4
    again = ipvault("add", "in/same.txt", "--name", "other", "--again", cwd=tmp_path)
    assert again.stderr == "Stored other in room main.\n"
    assert ipvault("add", "./in/../in/same.txt", "--again", cwd=tmp_path).stderr == "Stored same.txt in room main.\n"


@pytest.mark.usefixtures("vault")
def test_folders_too_deep(tmp_path: Path) -> None:
    """However deep folders are nested, the rest is stored; what has too long a name or place for ipvault or the system
    is skipped with the reason.
    """
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "z.txt").write_bytes(b"at the top")
    with nested(tmp_path / "deep", 1500), nested(tmp_path / "deep" / "deeper", 3000):
        outcome = ipvault("add", "-r", "deep", "--json", cwd=tmp_path)
    assert outcome.exit == 3, outcome.stderr
    result = data(outcome)
    assert [stored["name"] for stored in result["stored"]] == ["deep/z.txt"]
    named, unreachable = sorted((skipped["reason"] for skipped in result["skipped"]), key=len, reverse=True)
    assert named.endswith("cannot be the name of an item: it is longer than 1024 bytes")
    assert unreachable == "File name too long"
