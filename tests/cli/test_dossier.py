"""`ipvault report dossier` on the command line: the files it writes, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import zipfile
from datetime import datetime
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

from ipvault.vault.clock import timestamp
from tests.cli.vaults import add, data, done, error, journal
from tests.support.program import ipvault

pytestmark = pytest.mark.usefixtures("vault")


def _dossier(*words: str) -> dict[str, object]:
    return data(ipvault("report", "dossier", "claims.txt", *words, "--json"))


def test_a_page_with_its_evidence_beside_it(tmp_path: Path) -> None:
    """The page names the folder and the hash of what proves it; the checks pass, and fail on a change."""
    add("claims.txt")
    place = tmp_path / "claims.html"
    told = _dossier("-o", str(place), "--reason", "Widget v. Gadget")
    assert told["evidence"] == str(tmp_path / "claims.evidence")
    text = place.read_text(encoding="utf-8")
    assert "Widget v. Gadget" in text
    assert "claims.evidence/" in text
    assert oct(place.stat().st_mode)[-3:] == "600"
    assert done("evidence", "verify", str(tmp_path / "claims.evidence"))
    shown = json.loads((tmp_path / "claims.evidence" / "bundle.json").read_text(encoding="utf-8"))
    records = told["records"]
    assert isinstance(records, list)
    assert [one["record"] for one in shown["records"]] == [*records, told["record"]]
    released = journal("--action", "dossier.released")
    assert [one["seq"] for one in released] == [told["record"]]
    assert released[0]["fields"]["destination"] == str(place)
    (tmp_path / "claims.evidence" / "bundle.json").write_text("{}")
    assert ipvault("evidence", "verify", str(tmp_path / "claims.evidence")).exit == 20


def test_json_and_archive_hold_the_same_facts(tmp_path: Path) -> None:
    """Those of the same day, which the JSON tells like the page; the archive has both, and the evidence."""
    add("claims.txt")
    day = journal("--last", "1")[-1]["time"]
    _dossier("-o", str(tmp_path / "a.json"), "--as-of", day, "--no-bundle")
    _dossier("-o", str(tmp_path / "b.zip"), "--as-of", day)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
        assert {"dossier.html", "dossier.json", "evidence/verify.sh", "evidence/SHA256SUMS"} <= {*names}
        packed = json.loads(archive.read("dossier.json"))
    alone = json.loads((tmp_path / "a.json").read_text(encoding="ascii"))
    assert packed["schema"] == alone["schema"] == "ipvault.dossier/1"
    assert packed["sections"] == alone["sections"]
    assert packed["evidence"]["path"] == "evidence/"
    assert alone["evidence"] is None
    assert sorted(os.listdir(tmp_path)) == ["a.json", "b.zip"]


def test_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    """No form, a file or a folder in the way, a day to come, one before there was anything: no record, no file."""
    add("claims.txt")
    before = journal()[-1]["seq"]
    (tmp_path / "taken.html").touch()
    (tmp_path / "other.evidence").mkdir()
    for words, code, said in (
        ((), 2, "-o FILE.html"),
        (("-o", "x.pdf"), 2, "-o FILE.html"),
        (("-o", "taken.html"), 14, "taken.html"),
        (("-o", "other.html"), 14, "other.evidence"),
        (("-o", "x.html", "--as-of", "2999-01-01"), 2, "yet to come"),
        (("-o", "x.html", "--as-of", "2001-01-01"), 13, "nothing was recorded of claims.txt"),
    ):
        outcome = ipvault("report", "dossier", "claims.txt", *words, "--json", cwd=tmp_path)
        assert outcome.exit == code, outcome
        assert said in error(outcome)["message"]
    assert ipvault("report", "dossier", "nothing", "-o", "x.html", cwd=tmp_path).exit == 13
    assert sorted(os.listdir(tmp_path)) == ["other.evidence", "taken.html"]
    assert journal()[-1]["seq"] == before


def test_not_into_the_vault(vault: Path) -> None:
    """Facts in clear are not written among what is encrypted."""
    add("claims.txt")
    assert ipvault("report", "dossier", "claims.txt", "-o", str(vault / "x.html"), "--no-bundle").exit == 14
    assert not (vault / "x.html").exists()
    assert journal("--action", "dossier.released") == []


def test_a_removed_item_has_one_too(tmp_path: Path) -> None:
    """Found as `history` finds it."""
    add("claims.txt")
    done("remove", "claims.txt", "--reason", "old")
    _dossier("-o", str(tmp_path / "a.json"), "--no-bundle", "--reveal", "reason")
    assert "removed: old" in (tmp_path / "a.json").read_text(encoding="ascii")


def test_an_altered_page_is_noticed(tmp_path: Path) -> None:
    """By the commands that stand on the page, and nothing of ipvault: first the bundle, then the page and its JSON."""
    add("claims.txt")
    _dossier("-o", str(tmp_path / "b.zip"))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path)
    _dossier("-o", str(tmp_path / "our claims.html"))
    for folder, name in (("evidence/", "dossier.html"), ("our claims.evidence/", "our claims.html")):
        text = (tmp_path / name).read_text(encoding="utf-8")
        shown = unescape(re.sub("<[^>]+>", "\n", text))
        commands = re.findall(r"^(?:sh|sha256sum --check) .*(?:verify\.sh|dossier\.sha256)'?$", shown, re.MULTILINE)
        assert len(commands) == 2
        assert all(folder in command for command in commands)
        assert [_exit(command, tmp_path) for command in commands] == [0, 0]
        (tmp_path / name).write_text(text.replace("claims.txt", "chaims.txt", 1), encoding="utf-8")
        assert [_exit(command, tmp_path) for command in commands] == [0, 1]
        hashes = tmp_path / folder / "dossier.sha256"
        hashes.write_text(f"{sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n")
        assert [_exit(command, tmp_path) for command in commands] == [1, 0]


def _exit(command: str, folder: Path) -> int:
    return subprocess.run(["sh", "-c", command], cwd=folder, check=False, capture_output=True, timeout=60).returncode


def test_what_is_withheld_and_revealed(tmp_path: Path) -> None:
    """As for a bundle: by rules, on a ground, and by field; what matches nothing, and what is no field, is said."""
    add("claims.txt")
    done("label", "claims.txt", "--note", "weak claim")
    seq = journal()[-1]["seq"]
    words = ("-o", str(tmp_path / "a.html"), "--withhold", f"record={seq}", "--basis", "work product")
    told = _dossier(*words)
    assert told["withheld"] == [seq]
    assert "work product" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "work product" in (tmp_path / "a.evidence" / "privilege-log.csv").read_text(encoding="utf-8")
    (released,) = journal("--action", "dossier.released")
    assert released["fields"]["withheld"] == [seq]
    _dossier("-o", str(tmp_path / "b.json"), "--reveal", "note", "--no-bundle")
    assert "weak claim" in (tmp_path / "b.json").read_text(encoding="ascii")
    add("other.txt")
    outcome = ipvault("report", "dossier", "claims.txt", "-o", str(tmp_path / "c.html"), "--withhold", "item=other.txt")
    assert (outcome.exit, "item=other.txt withheld nothing" in outcome.stderr) == (0, True)
    assert ipvault("report", "dossier", "claims.txt", "-o", str(tmp_path / "d.html"), "--reveal", "notes").exit == 2


def test_a_date_counts_to_its_end(tmp_path: Path) -> None:
    """A dossier as of today tells of what was recorded today, and says until when."""
    add("claims.txt")
    recorded = journal()[-1]["time"]
    today = datetime.now().astimezone().date().isoformat()
    told = _dossier("-o", str(tmp_path / "a.json"), "--as-of", today, "--no-bundle")
    assert recorded <= str(told["as_of"]) <= timestamp(time.time())
    assert told["records"]


def _unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def _packed(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in filter(Path.is_file, folder.rglob("*")):
            archive.write(file, str(file.relative_to(folder)))
    return path


@pytest.mark.parametrize("form", ["archive", "folder", "beside"])
def test_an_altered_page_fails_the_checks(form: str, tmp_path: Path) -> None:
    """In an archive, in the folder that it was unpacked to, and beside its evidence; no draft is written of it."""
    add("claims.txt")
    if form == "beside":
        _dossier("-o", str(tmp_path / "dossier.html"))
        given, page = tmp_path / "dossier.evidence", tmp_path / "dossier.html"
    else:
        _dossier("-o", str(tmp_path / "made.zip"))
        given = _unpacked(tmp_path / "made.zip", tmp_path / "dz")
        page = given / "dossier.html"
    assert "dossier.html, which came with it" in done("evidence", "verify", "--all", str(given))
    draft = done("evidence", "certify", str(given))
    assert "dossier.html, which came with it: its SHA-256 hash is the one that dossier.sha256 states" in draft
    page.write_bytes(page.read_bytes().replace(b"Ada", b"Eve"))
    if form == "archive":
        given = _packed(given)
    outcome = ipvault("evidence", "verify", str(given))
    assert outcome.exit == 20
    assert "FAIL dossier.html, which came with it: it was altered" in outcome.stdout
    assert "1 check failed" in outcome.stdout
    assert ipvault("evidence", "certify", str(given), "-o", str(tmp_path / "draft.md")).exit == 20
    assert not (tmp_path / "draft.md").exists()


def test_a_page_that_is_not_there_is_said_not_to_be_checked(tmp_path: Path) -> None:
    """By the checks, and in the draft, which does not extend to it; a link or a folder in its place is none."""
    add("claims.txt")
    place = tmp_path / "claims.html"
    _dossier("-o", str(place))
    place.unlink()
    given = str(tmp_path / "claims.evidence")
    assert "SKIP claims.html, which came with it: it is not beside the evidence" in done("evidence", "verify", given)
    assert "This certification does not extend to it." in done("evidence", "certify", given)
    place.symlink_to(tmp_path / "other.html")
    outcome = ipvault("evidence", "verify", given)
    assert (outcome.exit, "FAIL claims.html, which came with it: it is not a file" in outcome.stdout) == (20, True)


@pytest.mark.parametrize("name", ["a\nb.html", "a\\b.html"])
def test_names_that_a_list_of_hashes_cannot_hold(name: str, tmp_path: Path) -> None:
    """They are refused, before anything is recorded."""
    add("claims.txt")
    before = journal()[-1]["seq"]
    assert ipvault("report", "dossier", "claims.txt", "-o", str(tmp_path / name)).exit == 2
    assert journal()[-1]["seq"] == before


def test_evidence_from_after_a_rollback_says_so(vault: Path, tmp_path: Path) -> None:
    """Whoever checks it is told that an older copy was accepted; nothing is said where none was."""
    add("claims.txt")
    before = tmp_path / "before"
    _dossier("-o", str(tmp_path / "a.html"))
    assert "older copy" not in done("evidence", "verify", str(tmp_path / "a.evidence"))
    assert "older copy" not in done("evidence", "certify", str(tmp_path / "a.evidence"))
    shutil.copytree(vault, before)
    add("other.txt")
    shutil.rmtree(vault)
    shutil.copytree(before, vault)
    done("journal", "accept-rollback", "--reason", "disk replaced")
    _dossier("-o", str(tmp_path / "b.html"))
    said = "older copy of this vault, or another one, was accepted 1 time"
    assert said in done("evidence", "verify", str(tmp_path / "b.evidence"))
    assert "this happened 1 time(s)" in done("evidence", "certify", str(tmp_path / "b.evidence"))
    assert data(ipvault("evidence", "verify", str(tmp_path / "b.evidence"), "--json"))["incarnation"] == 2
    text = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "What only another copy of the vault had" in text
    assert "disk replaced" not in text
