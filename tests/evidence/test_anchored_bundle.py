"""What witnesses and authorities said of the records of a bundle, checked by the scripts in it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ipvault.catalog.address import find_version
from ipvault.crypto.certificates import fingerprint, read_certificates
from ipvault.evidence.bundle.verify import FAIL, PASS
from ipvault.evidence.heads import present_head, sign_head
from ipvault.evidence.journal_tree import open_tree
from ipvault.evidence.timestamp_import import import_timestamp
from ipvault.evidence.timestamp_token import Trust
from ipvault.evidence.timestamps import Requested, request_for_head, request_for_item, request_renewal
from ipvault.evidence.witnessing import import_witnessed
from ipvault.governance.gate.gate import PolicyGate
from ipvault.journal.checkpoint import Checkpoint
from ipvault.records.vocabulary import EXPORT
from ipvault.vault.gate import Way
from ipvault.vault.release import release
from ipvault.vault.rollback import accept_rollback
from ipvault.vault.vault import Vault
from tests.evidence.bundles import Files, ada, bundle, lay_out, resigned
from tests.evidence.verifiers import VERIFIERS, by_library, failing, notes
from tests.support import outsiders
from tests.support.authority import Authority
from tests.support.memory_vault import MemoryVault, add_content

BOB = outsiders.BOB.card
SIGNED_AT = 1_800_000_500


def new_vault() -> Vault:
    """One whose clock is right, because an authority's is."""
    made = MemoryVault.create()
    vault = replace(made, machine=replace(made.machine, now=time.time)).open()
    add_content(vault, {"claims.txt": b"claims"})
    return vault


def witness(vault: Vault) -> int:
    """Bob signs the head as it is; its size."""
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        signed = sign_head(vault, tree)
    import_witnessed(vault, signed.cosign(outsiders.BOB.identity, SIGNED_AT), [BOB], "file")
    return signed.head.size


def stamp(vault: Vault, authority: Authority, requested: Requested) -> str:
    """The authority answers; the timestamp's id."""
    trust = Trust(tuple(read_certificates(authority.root.read_bytes())), ())
    import_timestamp(vault, authority.stamp(requested.request), "answer.tsr", trust)
    return requested.record.timestamp


@cache
def anchored() -> tuple[Files, dict[str, str], int]:
    """A bundle of a record that a witness and an authority saw, the timestamps in it by what they are of, and the size
    of the head that both saw first.
    """
    with TemporaryDirectory() as folder:
        authority = Authority.make(Path(folder))
        vault = new_vault()
        added = vault.catalog.head.seq
        size = witness(vault)
        with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
            head = present_head(vault, tree)
        ids = {"head": stamp(vault, authority, request_for_head(vault, head))}
        ids["record"] = stamp(vault, authority, request_for_item(vault, "claims.txt"))
        ids["timestamp"] = stamp(vault, authority, request_renewal(vault, ids["record"]))
        add_content(vault, {"other.txt": b"other"})
        stamp(vault, authority, request_for_item(vault, "other.txt"))  # of what is not in the bundle
        witness(vault)  # later than what is known already
        return bundle(vault, [added], trusted=[BOB]), ids, size


def test_witnesses_and_timestamps_are_checked(tmp_path: Path) -> None:
    """The head that was seen first, by whom, and when; the document's own timestamp, and the one that renews it."""
    files, ids, size = anchored()
    folder = lay_out(files, tmp_path / "bundle")
    for verify in VERIFIERS.values():
        told = verify(folder)
        assert FAIL not in told.values()
        expected = {f"head of {size} records", f"head of {size} records, in the largest", f"witness {BOB.fingerprint}"}
        expected |= {f"timestamp {id_}" for id_ in ids.values()}
        assert expected <= {name for name, outcome in told.items() if outcome == PASS}
        assert sum(name.startswith("timestamp ") for name in told) == len(ids)


def test_who_vouches_for_what(tmp_path: Path) -> None:
    """Both scripts say up to which record who signed it, and when; the rest is the word of the maker."""
    files, ids, size = anchored()
    told = "\n".join(notes(lay_out(files, tmp_path / "bundle")))
    assert f"up to record {size - 1}: signed 2027-01-15T08:08:20Z by the witness {BOB.fingerprint}" in told
    (document,) = json.loads(files["bundle.json"])["records"]
    authority = fingerprint(read_certificates(files[f"timestamps/{ids['record']}/authority.pem"])[0])
    for what in (f"the document of record {document['record']}", f"the timestamp {ids['record']}"):
        assert re.search(f"{what}: dated [-0-9T:]+Z by the authority {authority}", told)
    assert f"signed by the maker {ada().public.fingerprint}, with the root " in told


def test_a_stamped_document_is_that_of_the_record_that_stored_it(tmp_path: Path) -> None:
    """A record of its release has the same content; whoever checks the bundle is told of the one that stored it."""
    vault = new_vault()
    added = vault.catalog.head.seq
    id_ = stamp(vault, Authority.make(tmp_path), request_for_item(vault, "claims.txt"))
    versions = [find_version(vault.catalog, "claims.txt")]
    for place in ("/mnt/a", "/mnt/b"):
        release(vault, versions, Way("d" * 32, EXPORT, place), PolicyGate(vault))
    files = bundle(vault, [added, *range(vault.catalog.head.seq - 1, vault.catalog.head.seq + 1)])
    assert len(json.loads(files["bundle.json"])["records"]) == 3
    assert files[f"timestamps/{id_}/of"] == f"record {added}\n".encode()


def test_what_was_seen_later_adds_nothing() -> None:
    """Of each witness and authority there is the earliest head that holds a record, and what is not asked for stays."""
    files, _ids, size = anchored()
    sizes = sorted({int(name.split("/")[1]) for name in files if name.startswith("heads/")})
    assert sizes[0] == size
    assert len(sizes) == 3  # the witness's, the authority's, and that of the bundle


SPOILT = (
    {("head", "of"): b"head 3\n", ("record", "of"): b"record 0\n", ("timestamp", "of"): b"timestamp %032d\n" % 0},
    {("head", "of"): b"head 99\n", ("record", "of"): b"file 7\n", ("timestamp", "token.der"): b"garbage"},
    {("head", "of"): b"head ../heads/3\n", ("record", "of"): b"record ../fields/%d\n", ("timestamp", "of"): b"\n"},
)
"""Another one, one that is not here, one that is wrong in itself, or one told in a roundabout way."""


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_timestamp_of_something_else_fails(tmp_path: Path, spoilt: dict[tuple[str, str], bytes]) -> None:
    """Whoever puts a right timestamp beside what it is not of is found out, although all hashes were made to fit."""
    files, ids, _size = anchored()
    (document,) = json.loads(files["bundle.json"])["records"]
    changed = {
        f"timestamps/{ids[which]}/{name}": content.replace(b"%d", b"%d" % document["record"])
        for (which, name), content in spoilt.items()
    }
    found = failing(lay_out(resigned(files | changed, ada()), tmp_path / "bundle"))
    assert {f"timestamp {id_}" for id_ in ids.values()} <= found


def test_another_authority_fails(tmp_path: Path) -> None:
    """The certificate beside a timestamp has to vouch for whoever made it, and nobody else's may be beside it."""
    files, ids, _size = anchored()
    (tmp_path / "other").mkdir()
    other, name = Authority.make(tmp_path / "other").root.read_bytes(), f"timestamps/{ids['head']}/authority.pem"
    for content in (other, other + files[name]):
        folder = lay_out(resigned(files | {name: content}, ada()), tmp_path / "bundle")
        assert failing(folder) == {f"timestamp {ids['head']}"}


def test_heads_that_contradict_each_other_fail(tmp_path: Path) -> None:
    """Each head is continued by the largest: one with another root is not of this journal, whoever signs it."""
    files, _ids, size = anchored()
    head = Checkpoint.parse(files[f"heads/{size}/checkpoint"]).head
    path = f"heads/{size}/consistency"
    other = str(Checkpoint.sign(head._replace(root=bytes(32)), ada(), SIGNED_AT)).encode()
    first = str(Checkpoint.sign(head._replace(root=bytes(32), size=1), ada(), SIGNED_AT)).encode()
    unproven = {name: data for name, data in files.items() if name != path}
    contradicting = {f"heads/{size}/checkpoint": other, "heads/1/checkpoint": first, "heads/1/consistency": files[path]}
    for changed, wrong in (
        (files | contradicting, {1, size}),
        (files | {path: files[path] + b"00" * 32 + b"\n"}, {size}),
        (files | {path: files[path][:-65]}, {size}),
        (unproven, {size}),
    ):
        found = failing(lay_out(resigned(changed, ada()), tmp_path / "bundle"))
        assert {f"head of {head_size} records, in the largest" for head_size in wrong} <= found
        assert not {f"head of {head_size} records" for head_size in wrong} & found


def cosigned(files: Files, size: int) -> list[bytes]:
    return [line for line in files[f"heads/{size}/checkpoint"].splitlines(keepends=True) if b"ipvault.witness/" in line]


@pytest.mark.parametrize("case", ["altered", "absent", "keys"])
def test_a_witness_who_did_not_sign_fails(tmp_path: Path, case: str) -> None:
    """Somebody who is named as a witness has signed a head here, that very head, with the keys of the fingerprint."""
    files, _ids, size = anchored()
    files = dict(files)
    heads = [name for name in files if name.startswith("heads/") and name.endswith("/checkpoint")]
    if case == "altered":  # the signature of one head under the text of another
        (first, *_more), largest = cosigned(files, size), max(heads, key=lambda name: int(name.split("/")[1]))
        files[largest] += first
    elif case == "absent":
        for name in heads:
            lines = files[name].splitlines(keepends=True)
            files[name] = b"".join(line for line in lines if b"ipvault.witness/" not in line)
    else:
        files[f"witnesses/{BOB.fingerprint}/ed25519"] = outsiders.EVE.card.public.ed25519
    assert f"witness {BOB.fingerprint}" in failing(lay_out(resigned(files, ada()), tmp_path / "bundle"))


def test_a_witness_signs_with_both_keys(tmp_path: Path) -> None:
    """Where ML-DSA-44 can be checked, a witness without such a signature is none."""
    files, _ids, size = anchored()
    name = f"heads/{size}/checkpoint"
    lines = files[name].splitlines(keepends=True)
    lines.remove(cosigned(files, size)[1])
    told = by_library(lay_out(resigned(files | {name: b"".join(lines)}, ada()), tmp_path / "bundle"))
    assert [check for check, outcome in told.items() if outcome == FAIL] == [f"witness {BOB.fingerprint}, post-quantum"]


def test_only_trusted_witnesses(tmp_path: Path) -> None:
    """A witness of whom the maker has no card is not vouched for: nothing of his is in the bundle."""
    vault = new_vault()
    added, size = vault.catalog.head.seq, witness(vault)
    files = bundle(vault, [added])
    assert f"heads/{size}/checkpoint" not in files
    assert not any(name.startswith("witnesses/") for name in files)
    assert FAIL not in by_library(lay_out(files, tmp_path / "bundle")).values()


def test_a_hidden_hash_hides_its_timestamp() -> None:
    """A document's timestamp carries its hash, so it is left out with it."""
    with TemporaryDirectory() as folder:
        vault = new_vault()
        added = vault.catalog.head.seq
        stamp(vault, Authority.make(Path(folder)), request_for_item(vault, "claims.txt"))
    assert any(name.startswith("timestamps/") for name in bundle(vault, [added]))
    withheld = bundle(vault, [added], withhold=["item=claims.txt"])
    assert not any(name.startswith("timestamps/") for name in withheld)
    assert json.loads(withheld["bundle.json"])["records"][0]["shown"] == {}


def test_heads_from_before_a_rollback(tmp_path: Path) -> None:
    """A head that the journal still continues counts after an accepted rollback, as the head of the log of before."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"claims.txt": b"claims"})
    added, size = vault.catalog.head.seq, witness(vault)
    backup = memory.copied()
    add_content(vault, {"lost.txt": b"lost"})
    backup.pins.pin = memory.pins.pin
    accept_rollback(backup.open(accept_rollback=True), reason="restored")
    restored = backup.open()
    files = bundle(restored, [added], trusted=[BOB])
    assert files[f"heads/{size}/checkpoint"].startswith(f"ipvault.vault/{vault.id}\n".encode())
    assert FAIL not in by_library(lay_out(files, tmp_path / "bundle")).values()
