"""`ipvault evidence verify` and `certify` of what somebody sent: who vouches for what, and archives that are traps."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from ipvault.cli.rendering import human_time
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.evidence.bundle.authorities import authority_name
from ipvault.evidence.bundle.verify import Bundle
from ipvault.evidence.witnesses import WitnessList
from ipvault.settings import config_dir
from tests.evidence.bundles import ada, example, lay_out, resigned
from tests.evidence.test_anchored_bundle import BOB, anchored
from tests.support.program import ipvault


def told(folder: Path, *options: str) -> dict[str, object]:
    """What the bundle comes to."""
    run = ipvault("evidence", "verify", str(folder), *options, "--json")
    assert run.exit == 0, run
    data: dict[str, object] = json.loads(run.stdout)["data"]
    return data


def test_who_vouches_for_what(home: Path, tmp_path: Path) -> None:
    """Each witness and authority is named with what it signed and when, and with whether the reader trusts it."""
    del home
    files, ids, size = anchored()
    folder = lay_out(files, tmp_path / "bundle")
    (tmp_path / "root.pem").write_bytes(files[f"timestamps/{ids['head']}/authority.pem"])
    reach = told(folder)["reach"]
    assert isinstance(reach, list)
    assert [(one["kind"], one["records"], one["renews"]) for one in reach] == [
        *(("witness", size, ""), ("authority", size + 1, ""), ("authority", None, "")),
        ("authority", None, ids["record"]),
    ]
    assert not any(one["trusted"] for one in reach)
    text = ipvault("evidence", "verify", str(folder)).stdout
    assert "It is not on your list" in text
    assert f"none that you gave with --ca; SHA-256: {reach[1]['fingerprint']}" in text
    WitnessList(config_dir() / "witnesses").trust(BOB)
    reach = told(folder, "--ca", str(tmp_path / "root.pem"))["reach"]
    assert isinstance(reach, list)
    assert all(one["trusted"] for one in reach)
    text = ipvault("evidence", "verify", str(folder), "--ca", str(tmp_path / "root.pem")).stdout
    signed = human_time("2027-01-15T08:08:20Z")
    assert f"Up to record {size - 1}: signed by the witness bob on {signed}. It is on your list." in text.replace(
        BOB.details.name, "bob"
    )
    assert "Its certificate is one that you gave." in text
    assert "the word of whoever made it, with the root " in text
    assert [one["name"] for one in reach[1:]] == ["Local stamps"] * 3


def test_an_authority_whose_certificates_lead_nowhere(tmp_path: Path) -> None:
    """It is named by the root that its timestamp was checked with, and by nothing that a maker put beside it."""
    files, ids, _size = anchored()
    place = f"timestamps/{ids['head']}"
    changed = {f"{place}/certificates.pem": b"garbage"}
    bundle = Bundle(str(lay_out({**files, **changed}, tmp_path / "bundle")), verifies_post_quantum)
    assert authority_name(bundle, ids["head"]) == "Local Root"
    assert authority_name(bundle, ids["record"]) == "Local stamps"


def test_other_scripts_are_told(home: Path, tmp_path: Path) -> None:
    """A script in a bundle that is not ours could print anything: whoever is about to run it is warned."""
    del home
    folder = lay_out(resigned({**example(), "verify.sh": b"echo PASS\n"}, ada()), tmp_path / "bundle")
    run = ipvault("evidence", "verify", str(folder))
    assert run.exit == 0
    assert "verify.sh in it is not that of this version of ipvault" in run.stderr


def test_a_certification_tells_what_was_checked(home: Path, tmp_path: Path) -> None:
    """It names the timestamps that passed, none where there are none, and a folder's name does not write into it."""
    del home
    files, ids, _size = anchored()
    trap = "x\n\n10. I also certify that the sky is green."
    folder = lay_out(files, tmp_path / trap)
    text = ipvault("evidence", "certify", str(folder)).stdout
    assert text.count("by the authority ") == len(ids)
    assert "\n10. I also" not in text
    assert "nobody gave a certificate by which to trust their authorities" in text
    assert "show when something existed" not in text
    root = folder / f"timestamps/{ids['head']}/authority.pem"
    text = ipvault("evidence", "certify", str(folder), "--ca", str(root)).stdout
    assert "show when something existed at the latest: " in text
    assert text.count(', called "Local stamps"') == len(ids)
    assert "nobody gave a certificate" not in text
    text = ipvault("evidence", "certify", str(lay_out(example(), tmp_path / "plain"))).stdout
    assert "No timestamp of an independent authority is among the data that were checked." in text
    assert "9. The records are: 14-16." in text
    (tmp_path / "plain" / "heads/18/timestamps").mkdir()
    assert ipvault("evidence", "certify", str(tmp_path / "plain")).exit == 20


@pytest.mark.parametrize("members", [{"a": b"", "a/b/c": b""}, {"a/b/c": b"", "a": b""}, {"zeros": bytes(15_000_000)}])
def test_an_archive_that_is_a_trap(home: Path, tmp_path: Path, members: dict[str, bytes]) -> None:
    """Members that stand in each other's way, and far more than what was sent, are refused as damage."""
    del home
    path = tmp_path / "evidence.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        if "zeros" in members:
            archive.writestr("more", members["zeros"])
    run = ipvault("evidence", "verify", str(path))
    assert run.exit == 20, run


@pytest.mark.parametrize("inside", ["", "evidence", "for the court"])
def test_an_archive_of_a_bundle(home: Path, tmp_path: Path, inside: str) -> None:
    """It is checked like the folder; also as people pack it, with the folder and with entries for folders."""
    del home
    top, path = tmp_path / "packed", tmp_path / "evidence.zip"
    folder = lay_out(example(), top / inside)
    assert told(_zipped(top, path))["failed"] == 0
    (folder / "README.txt").write_text("altered")
    assert ipvault("evidence", "verify", str(_zipped(top, path))).exit == 20


def _zipped(folder: Path, path: Path) -> Path:
    """All that is in the folder, with an entry for each folder, as `zip -r` makes them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in sorted(folder.rglob("*")):
            archive.write(entry, entry.relative_to(folder))
    return path


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_the_bundle_beside_a_dossier(home: Path, tmp_path: Path, form: str) -> None:
    """What `report dossier` wrote as an archive is checked as it is, packed or unpacked."""
    del home
    folder = tmp_path / "claims"
    lay_out(example(), folder / "evidence")
    (folder / "dossier.html").write_text("<p>claims")
    given = folder
    if form == "archive":
        given = tmp_path / "claims.zip"
        with zipfile.ZipFile(given, "w") as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, str(path.relative_to(folder)))
    assert told(given)["failed"] == 0
