"""`ipvault export` through the real command line; tests/storage has the races that a hostile folder can stage."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.cli.vaults import add, damage, data, done, error, journal, the_object
from tests.support.program import command, environment, ipvault
from tests.support.terminal import Terminal


@pytest.fixture
def out(vault: Path, tmp_path: Path) -> Path:
    """Where to export to; it does not exist yet."""
    assert vault.exists()
    return tmp_path / "out"


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_and_folders(out: Path) -> None:
    """Everything, a pattern, a version: names with slashes become folders. P34: all is private whatever the umask."""
    add("widget/claims.txt", b"one")
    done("update", "widget/claims.txt", "-", stdin=b"two")
    add("widget/drawings/1.txt", b"drawing")
    add("plan", b"plan")
    os.umask(0)
    done("export", "--all", "-o", str(out))
    assert _tree(out) == {"widget/claims.txt": b"two", "widget/drawings/1.txt": b"drawing", "plan": b"plan"}
    assert {path.stat().st_mode & 0o777 for path in out.rglob("*") if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (out, *out.rglob("*")) if path.is_dir()} == {0o700}
    done("export", "widget/*", "widget/claims.txt@1", "-o", f"{out}2")
    assert _tree(Path(f"{out}2")) == {"widget/claims.txt": b"two", "widget/claims (version 1).txt": b"one"}


def test_one_item(out: Path) -> None:
    """One item goes to the file that is named, into a folder that exists or ends with a slash, or to a pipe."""
    add("widget/claims.txt", b"one")
    done("export", "widget/claims.txt", "-o", str(out))
    assert out.read_bytes() == b"one"
    assert out.stat().st_mode & 0o777 == 0o600
    folder = out.with_name("folder")
    for where in (f"{folder}/", f"{folder}/again/"):
        done("export", "widget/claims.txt", "-o", where)
        assert Path(where, "widget", "claims.txt").read_bytes() == b"one"
    assert done("export", "widget/claims.txt", "-o", "-") == "one"
    places = [record["fields"]["destination"] for record in journal("--action", "content.released")]
    assert places == [str(out), str(folder), str(folder / "again"), "pipe"]


def test_nothing_is_overwritten(out: Path) -> None:
    """A file that is there is exit code 14 with a hint, nothing is changed or recorded; --force replaces it."""
    add("a", b"new a")
    add("b", b"new b")
    out.mkdir()
    (out / "b").write_bytes(b"mine")
    for words in (("--all", "-o", str(out)), ("b", "-o", str(out / "b"))):
        failure = error(ipvault("export", *words, "--json"))
        assert (failure["id"], failure["exit_code"]) == ("destination-exists", 14)
        assert "--force" in failure["hint"]
        assert _tree(out) == {"b": b"mine"}
    assert journal("--action", "content.released") == []
    done("export", "--all", "-o", str(out), "--force")
    assert _tree(out) == {"a": b"new a", "b": b"new b"}


def test_links_are_not_followed(out: Path) -> None:
    """P30: not where the file goes, not on the way, not with --force; what they point to is untouched."""
    add("widget/claims.txt", b"secret")
    elsewhere = out.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "file").write_bytes(b"mine")
    out.mkdir()
    (out / "widget").symlink_to(elsewhere)
    (out / "claims.txt").symlink_to(elsewhere / "file")
    (out / "dangling").symlink_to(elsewhere / "new")
    for where in (out, out / "claims.txt", out / "dangling"):
        outcome = ipvault("export", "widget/claims.txt", "-o", str(where), "--force")
        assert outcome.exit == 14, outcome
        assert outcome.stderr.startswith("ipvault: error: nothing was written to ")
    assert _tree(elsewhere) == {"file": b"mine"}


def test_damage_leaves_no_file(vault: Path, out: Path) -> None:
    """P32: when a document turns out to be damaged, nothing new is there, and with --force the old file is intact."""
    add("a", b"x" * 100_000)
    damage(the_object(vault))
    out.mkdir()
    (out / "a").write_bytes(b"mine")
    for words in (("a", "-o", str(out / "new")), ("--all", "-o", str(out), "--force"), ("a", "-o", "-")):
        outcome = ipvault("export", *words)
        assert (outcome.exit, outcome.stdout) == (20, "")
    assert _tree(out) == {"a": b"mine"}


def test_what_is_undamaged_is_rescued(vault: Path, out: Path) -> None:
    """Of several documents the damaged ones are left out and named, in an archive too; the code is 3, and only what
    left is on record. A single damaged document is 20.
    """
    objects: dict[str, Path] = {}
    for name in ("widget/a", "widget/b", "widget/c"):
        before = set((vault / "objects").glob("*/*"))
        add(name, name.encode() * 10_000)
        (objects[name],) = set((vault / "objects").glob("*/*")) - before
    damage(objects["widget/a"])
    objects["widget/c"].unlink()
    whole = {"widget/b": b"widget/b" * 10_000}
    for words in (("--all",), ("widget/*",), ("widget/a", "widget/b", "widget/c")):
        folder = out / words[0].strip("*-/")
        outcome = ipvault("export", *words, "-o", str(folder), "--json")
        assert outcome.exit == 3
        result = data(outcome)
        assert [item["name"] for item in result["items"]] == ["widget/b"]
        assert [item["name"] for item in result["damaged"]] == ["widget/a", "widget/c"]
        assert "its content is not what was stored" in result["damaged"][0]["problem"]
        assert "it is missing" in result["damaged"][1]["problem"]
        assert _tree(folder) == whole
    outcome = ipvault("export", "--all", "-o", str(out), "--force")
    assert outcome.stderr.count("ipvault: warning: left out: widget/") == 2
    assert "ipvault verify --content" in outcome.stderr
    piped = subprocess.run(
        command(["export", "--all", "--format", "tar", "-o", "-"]), env=environment(), capture_output=True, check=False
    )
    assert piped.returncode == 3
    assert b"left out: widget/a@1 (objects/" in piped.stderr
    with tarfile.open(fileobj=io.BytesIO(piped.stdout)) as archive:
        assert archive.getnames() == ["widget/b"]
    assert len(journal("--action", "content.released")) == 5
    assert ipvault("export", "widget/a", "-o", f"{out}1").exit == 20
    assert ipvault("export", "widget/[ac]", "-o", f"{out}1").exit == 20
    assert not Path(f"{out}1").exists()


def test_versions_are_told_apart(out: Path) -> None:
    """A version that is not the newest has its number in its file's name, whatever else is exported with it."""
    add("claims", b"1")
    for content in (b"2", b"3"):
        done("update", "claims", "-", stdin=content)
    add("claims (version 2)", b"other")
    done("export", "claims@1", "claims@2", "claims", "claims (version 2)", "-o", str(out))
    assert _tree(out) == {
        "claims (version 1)": b"1",
        "claims (version 2)": b"2",
        "claims": b"3",
        "claims (version 2) (2)": b"other",
    }
    done("export", "claims@1", "-o", f"{out}1/")
    assert _tree(Path(f"{out}1")) == {"claims (version 1)": b"1"}


def test_a_place_in_the_vault_is_refused(vault: Path) -> None:
    """P33: plaintext is never written into the vault's own directory, however it is called."""
    add("a")
    link = vault.with_name("link")
    link.symlink_to(vault)
    before = sorted(path.name for path in vault.rglob("*"))
    for where in (vault / "a", link / "objects" / "a", vault / "journal" / "log"):
        assert ipvault("export", "a", "-o", str(where), "--force").exit == 14
    after = sorted(path.name for path in vault.rglob("*"))
    assert after == before


def test_a_tar_unpacks_with_gnu_tar(out: Path) -> None:
    """--format tar streams all versions asked for into a pipe; long and foreign names, sizes and modes survive."""
    contents = {"widget/claims.txt": b"claims", "Größe/" + "n" * 200: b"x" * 70_000, "empty": b"\0"}
    for name, content in contents.items():
        add(name, content)
    out.mkdir()
    script = '"$@" export --all --format tar -o - | tar -xf - -C "$0"; echo "${PIPESTATUS[*]}"'
    done_ = subprocess.run(
        ["bash", "-c", script, str(out), *command([])], env=environment(), capture_output=True, check=True
    )
    assert done_.stdout == b"0 0\n", done_
    assert _tree(out) == contents
    assert {path.stat().st_mode & 0o777 for path in out.rglob("*") if path.is_file()} == {0o600}
    done("export", "--all", "--format", "tar", "-o", f"{out}.tar")
    with tarfile.open(f"{out}.tar") as archive:
        assert sorted(archive.getnames()) == sorted(contents)


def test_a_tar_of_something_damaged_is_not_begun(vault: Path) -> None:
    """Everything is checked before the archive's first byte."""
    add("a", b"x" * 100_000)
    damage(the_object(vault))
    outcome = ipvault("export", "--all", "--format", "tar", "-o", "-")
    assert (outcome.exit, outcome.stdout) == (20, "")


@pytest.mark.usefixtures("vault")
def test_an_archive_is_not_shown_on_a_terminal() -> None:
    """P37: neither are several documents at once."""
    add("a", b"\0")
    for words in (("--format", "tar"), ()):
        with Terminal("export", "a", "-o", "-", "--plain", *words) as terminal:
            status, shown = terminal.end()
        assert status == 2
        assert "\0" not in shown
        assert "is not text" in shown


def test_names_that_file_systems_do_not_take(out: Path) -> None:
    """P31: such names are changed, and said; clashing ones get numbers. Nothing leaves the folder."""
    names = ["CON", "a:b", "x.", "C:\\x", "Plan", "plan", "\u00e9", "tab [red]"]
    for name in names:
        add(name, name.encode())
    outcome = ipvault("export", "--all", "-o", str(out), "--json")
    paths = {item["name"]: item["path"] for item in data(outcome)["items"]}
    assert sorted(_tree(out)) == sorted(paths.values())
    assert (paths["CON"], paths["a:b"], paths["x."]) == ("_CON", "a_b", "x_")
    assert sorted(paths[name].casefold() for name in ("Plan", "plan")) == ["plan", "plan (2)"]
    assert paths["tab [red]"] == "tab [red]"
    assert "C:\\x was written as C__x" in ipvault("export", "C:\\x", "a:b", "-o", f"{out}2").stderr


def test_what_export_cannot_do(out: Path) -> None:
    """Each has its exit code and says why; nothing is written and nothing is recorded."""
    add("a")
    add("b")
    for line, code, told in (
        ("--all", 2, "say where to"),
        ("-o x", 2, "name items or patterns, or give --all"),
        ("a --all -o x", 2, "name items or patterns, or give --all"),
        ("a b -o -", 2, "--format tar"),
        ("a -o - --json", 2, "--json cannot be combined"),
        ("a -o no/such/folder/a", 30, "No such file or directory"),
        ("*.docx -o x", 13, "nothing in the vault matches *.docx"),
        ("a@7 -o x", 13, "a has no version 7"),
    ):
        outcome = ipvault("export", *line.split(), cwd=out.parent)
        assert outcome.exit == code, line
        assert told in outcome.stderr
    assert not [path for path in out.parent.iterdir() if path.name != "vault"]
    assert journal("--action", "content.released") == []


@pytest.mark.usefixtures("vault")
def test_a_file_that_the_user_pipes() -> None:
    """`-o -` and a redirection give the same bytes, also for content that is no text."""
    content = bytes(range(256)) * 300
    add("a", content)
    outcome = subprocess.run(command(["export", "a", "-o", "-"]), env=environment(), capture_output=True, check=True)
    assert outcome.stdout == content
    assert outcome.stderr.startswith(b"ipvault: warning: not searched: a@1 ")
    assert outcome.stderr.count(b"\n") == 1


@pytest.mark.usefixtures("vault")
def test_several_items_into_a_file_called_tar(tmp_path: Path) -> None:
    """`-o NAME.tar` for several items is one archive, as its name says; one item that is called so stays what it is,
    and an explicit format wins.
    """
    add("a.txt", b"a")
    add("b.tar", b"b")
    done("export", "--all", "-o", str(tmp_path / "all.tar"))
    with tarfile.open(tmp_path / "all.tar") as archive:
        assert sorted(archive.getnames()) == ["a.txt", "b.tar"]
    done("export", "b.tar", "-o", str(tmp_path / "b.tar"))
    assert (tmp_path / "b.tar").read_bytes() == b"b"
    done("export", "--all", "--format", "files", "-o", str(tmp_path / "folder.tar"))
    assert sorted(path.name for path in (tmp_path / "folder.tar").iterdir()) == ["a.txt", "b.tar"]


@pytest.mark.parametrize("words", [("--all",), ("*.txt",), ("a.txt", "**")])
def test_what_was_erased_is_named(out: Path, words: tuple[str, ...]) -> None:
    """Whoever exports all, or a pattern, is told of items whose newest version was erased, the first five by name."""
    names = [f"{number}.txt" for number in range(6)]
    for name in ("a.txt", *names):
        add(name)
    for name in names:
        done("update", name, "-", stdin=b"second of " + name.encode())
        done("erase", name, "--version", "2", "--confirm", name)
    outcome = ipvault("export", *words, "-o", str(out), "--quiet")
    assert outcome.exit == 0
    assert outcome.stderr == (
        "ipvault: warning: 6 items were left out, because their newest versions were erased: "
        "0.txt, 1.txt, 2.txt, 3.txt, 4.txt, …; for an older one name ITEM@VERSION\n"
    )
    assert [path.name for path in out.iterdir()] == ["a.txt"]


@pytest.mark.usefixtures("vault")
def test_a_pattern_of_which_everything_was_erased(out: Path) -> None:
    """It finds nothing to export, and the error says why."""
    add("a.txt")
    done("update", "a.txt", "-", stdin=b"second")
    done("erase", "a.txt", "--version", "2", "--confirm", "a.txt")
    outcome = ipvault("export", "*", "-o", str(out))
    assert outcome.exit == 13
    assert "version 2 of a.txt was erased on " in outcome.stderr
    assert not out.exists()


@pytest.mark.usefixtures("vault")
def test_a_file_that_might_have_been_meant_as_a_folder(tmp_path: Path) -> None:
    """One document goes into a file of the name given; where that looks like a folder, it is said how to name one."""
    add("plan.txt", b"plan")
    for name, is_told in (("out", True), ("out.txt", False), ("folder/", False)):
        outcome = ipvault("export", "plan.txt", "-o", name, cwd=tmp_path)
        assert outcome.exit == 0
        assert ("for a folder end the name with /" in outcome.stderr) == is_told
    assert (tmp_path / "out").read_bytes() == (tmp_path / "folder" / "plan.txt").read_bytes() == b"plan"
