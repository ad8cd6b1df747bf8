"""`ipvault report dossier` on the command line: the files it writes, and what it refuses."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

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
    _dossier("-o", str(tmp_path / "a.json"), "--no-bundle")
    assert "removed: old" in (tmp_path / "a.json").read_text(encoding="ascii")
