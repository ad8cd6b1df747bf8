"""What witnesses and authorities said of the records of a bundle, checked by the scripts in it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ipvault.crypto.certificates import read_certificates
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.evidence.bundle.verify import FAIL, PASS, check_folder
from ipvault.evidence.heads import present_head, sign_head
from ipvault.evidence.journal_tree import open_tree
from ipvault.evidence.timestamp_import import import_timestamp
from ipvault.evidence.timestamp_token import Trust
from ipvault.evidence.timestamps import Requested, request_for_head, request_for_item, request_renewal
from ipvault.evidence.witnessing import import_witnessed
from ipvault.vault.rollback import accept_rollback
from ipvault.vault.vault import Vault
from tests.evidence.bundles import Files, bundle, lay_out
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


def by_library(folder: Path) -> dict[str, str]:
    return {name: outcome for outcome, name, _reason in check_folder(str(folder), verifies_post_quantum)}


def by_script(*command: str) -> Callable[[Path], dict[str, str]]:
    def run(folder: Path) -> dict[str, str]:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()[:-1]
        return {line.partition(" ")[2].partition(": ")[0]: line.partition(" ")[0] for line in lines}

    return run


VERIFIERS = {
    "library": by_library,
    "shell": by_script("sh", "verify.sh"),
    "python": by_script("python3", "-I", "-S", "verify.py"),
}


@pytest.fixture(params=VERIFIERS)
def verify(request: pytest.FixtureRequest) -> Callable[[Path], dict[str, str]]:
    return VERIFIERS[request.param]


def test_witnesses_and_timestamps_are_checked(tmp_path: Path, verify: Callable[[Path], dict[str, str]]) -> None:
    """The head that was seen first, by whom, and when; the document's own timestamp, and the one that renews it."""
    files, ids, size = anchored()
    told = verify(lay_out(files, tmp_path / "bundle"))
    assert FAIL not in told.values()
    expected = {f"head of {size} records", f"witness {BOB.fingerprint}", *(f"timestamp {id_}" for id_ in ids.values())}
    assert expected <= {name for name, outcome in told.items() if outcome == PASS}
    assert sum(name.startswith("timestamp ") for name in told) == len(ids)


def test_what_was_seen_later_adds_nothing() -> None:
    """Of each witness and authority there is the earliest head that holds a record, and what is not asked for stays."""
    files, _ids, size = anchored()
    sizes = sorted({int(name.split("/")[1]) for name in files if name.startswith("heads/")})
    assert sizes[0] == size
    assert len(sizes) == 3  # the witness's, the authority's, and that of the bundle


SPOILT = {
    "another head": ("head", "of", b"head 3\n"),
    "a head that is not here": ("head", "of", b"head 99\n"),
    "another record": ("record", "of", b"record 0\n"),
    "another kind": ("record", "of", b"file 7\n"),
    "garbage": ("record", "token.der", b"garbage"),
    "an earlier timestamp that is not here": ("timestamp", "of", b"timestamp 00000000000000000000000000000000\n"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_timestamp_of_something_else_fails(
    tmp_path: Path, case: str, verify: Callable[[Path], dict[str, str]]
) -> None:
    """Whoever puts a right timestamp beside what it is not of is found out, although all hashes were made to fit."""
    files, ids, _size = anchored()
    which, name, content = SPOILT[case]
    told = verify(lay_out(files | {f"timestamps/{ids[which]}/{name}": content}, tmp_path / "bundle"))
    assert told[f"timestamp {ids[which]}"] == FAIL


def test_another_authority_fails(tmp_path: Path, verify: Callable[[Path], dict[str, str]]) -> None:
    """The certificate beside a timestamp has to vouch for whoever made it."""
    files, ids, _size = anchored()
    (tmp_path / "other").mkdir()
    other = Authority.make(tmp_path / "other")
    spoilt = files | {f"timestamps/{ids['head']}/authority.pem": other.root.read_bytes()}
    told = verify(lay_out(spoilt, tmp_path / "bundle"))
    assert told[f"timestamp {ids['head']}"] == FAIL


def cosigned(files: Files, size: int) -> list[bytes]:
    return [line for line in files[f"heads/{size}/checkpoint"].splitlines(keepends=True) if b"ipvault.witness/" in line]


@pytest.mark.parametrize("case", ["altered", "absent", "keys"])
def test_a_witness_who_did_not_sign_fails(tmp_path: Path, case: str, verify: Callable[[Path], dict[str, str]]) -> None:
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
    told = verify(lay_out(files, tmp_path / "bundle"))
    assert told[f"witness {BOB.fingerprint}"] == FAIL


def test_only_trusted_witnesses(tmp_path: Path) -> None:
    """A witness of whom the maker has no card is not vouched for: neither keys nor signatures are in the bundle."""
    vault = new_vault()
    added, size = vault.catalog.head.seq, witness(vault)
    files = bundle(vault, [added])
    assert not cosigned(files, size)
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
