"""What somebody without a key of the vault makes of a right bundle, and what the folder itself can be made to hold."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from ipvault.crypto.pae import pae
from ipvault.evidence.bundle.table import Row, table
from ipvault.evidence.bundle.verify import FAIL
from ipvault.journal.checkpoint import Checkpoint, TreeHead, origin_of
from tests.evidence.bundles import Files, ada, example, lay_out, relisted, resigned
from tests.evidence.verifiers import by_library, by_python, by_shell, failing
from tests.support.memory_vault import MemoryVault
from tests.support.outsiders import EVE
from tests.support.tampering import journal_of

STRANGER = EVE.identity
FINGERPRINT = STRANGER.public.fingerprint
ENROLS = {"key": STRANGER.public.ed25519.hex(), "member": FINGERPRINT}


def jcs(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def leaf(vault: str, seq: int, before: bytes, kind: str, commitment: str, facts: object = None) -> bytes:
    """A record that the stranger signs."""
    rest = {"v": 1, "r": "00" * 16, "e": 1, "c": "00" * 32, "by": FINGERPRINT, "t": "2019-01-01T00:00:00.000Z"}
    content = {**rest, "n": seq, "p": before.hex(), "k": kind, "m": commitment}
    if facts:
        content["x"] = facts
    signature = STRANGER.signing_key.sign(pae("commit", vault, jcs(content)))
    return jcs({**content, "sig": signature.hex()})


def stolen() -> tuple[bytes, str]:
    """What the stranger would like to have stored in 2019: the fields of a record, and the commitment to them."""
    fields = {"kind": "item.added", "name": "perpetual-motion.pdf", "sha256": sha256(b"stolen").hexdigest()}
    lines = [jcs(["11" * 16, name, value]) for name, value in sorted(fields.items())]
    digest = sha256(b"".join(sha256(line).digest() for line in lines)).hexdigest()
    return b"".join(b"+ %b\n" % line for line in lines), digest


def test_records_that_nothing_proves(tmp_path: Path) -> None:
    """A stranger who puts records of his own beside right ones, and signs the list of hashes, fails with each."""
    files, vault = dict(example()), example()["vault"].decode().strip()
    fields, commitment = stolen()
    files["leaves/500"] = leaf(vault, 500, bytes(32), "member", "00" * 32, ENROLS)
    files["leaves/501"] = leaf(vault, 501, bytes(32), "item", commitment)
    files["fields/501"] = fields
    found = failing(lay_out(resigned(files, STRANGER), tmp_path / "bundle"))
    assert {"record 500, one of the 18", "record 501, one of the 18", "head of 18 records"} <= found
    assert "record 500, its place in the chain" in found  # he enrols himself
    found = failing(lay_out(resigned(files, ada()), tmp_path / "by its maker"))
    assert {"record 500, one of the 18", "record 501, one of the 18"} <= found


def root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it stands there."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*path(index, leaves[:half]), root(leaves[half:])]
    return [*path(index - half, leaves[half:]), root(leaves[:half])]


def appended(to: list[bytes], vault: str, enrolled_by_first: bool) -> Files:
    """A bundle of a journal to which the stranger appended records, with every proof right.

    He enrols himself, or claims to have been there first.
    """
    fields, commitment = stolen()
    leaves = [] if enrolled_by_first else list(to)
    before = sha256(b"\0" + leaves[-1]).digest() if leaves else sha256(pae("journal", vault)).digest()
    leaves.append(leaf(vault, len(leaves), before, "member", "00" * 32, ENROLS))
    leaves += to[1:] if enrolled_by_first else []
    before = sha256(b"\0" + leaves[-1]).digest()
    leaves.append(leaf(vault, len(leaves), before, "item", commitment))
    size, last = len(leaves), len(leaves) - 1
    files = {f"leaves/{seq}": data for seq, data in enumerate(leaves)}
    files |= {f"signers/{FINGERPRINT}/{name}": key for name, key in STRANGER.public._asdict().items()}
    files |= {f"signers/{ada().public.fingerprint}/{name}": key for name, key in ada().public._asdict().items()}
    for seq in range(size):
        files[f"heads/{size}/proofs/{seq}"] = b"".join(b"%b\n" % one.hex().encode() for one in path(seq, leaves))
    head = TreeHead(origin_of(vault, 1), size, root(leaves))
    files[f"heads/{size}/checkpoint"] = str(Checkpoint.sign(head, STRANGER, 1_800_000_000)).encode()
    described = {"record": last, "time": "2019-01-01T00:00:00.000Z", "class": "item", "signer": FINGERPRINT}
    values = map(json.loads, fields.replace(b"+ ", b"").splitlines())
    shown = ",".join(f'"{name}":"{value}"' for _salt, name, value in values)
    line = json.dumps(described, separators=(",", ":"))[:-1] + ',"shown":{' + shown + "}}"
    first = f'{{"format":"ipvault.bundle/1","vault":"{vault}","maker":"{FINGERPRINT}","size":{size},'
    second = '"made":"2027-01-15T08:00:00.000Z","reason":"",'
    files["bundle.json"] = f'{first}\n{second}\n"records":[\n{line}\n]}}\n'.encode()
    files |= {"vault": f"{vault}\n".encode(), f"fields/{last}": fields}
    row = Row(last, "2019-01-01T00:00:00.000Z", "item", FINGERPRINT, fields.splitlines())
    files["records.html"] = table(vault, [row])
    files |= {name: example()[name] for name in ("README.txt", "verify.sh", "verify.py", "privilege-log.csv")}
    return resigned(files, STRANGER)


@pytest.mark.parametrize("first", [False, True])
def test_a_stranger_who_goes_on_with_a_journal(tmp_path: Path, first: bool) -> None:
    """All proofs can be right in a journal that a stranger made longer: he is still nobody whom a member let in.

    Nor is he the founder, unless all else is his as well: what others founded does not follow from his first record.
    """
    memory = MemoryVault.create()
    vault = memory.open()
    leaves = [line.partition(b"\t")[0] for line in journal_of(memory).splitlines()]
    files = appended(leaves, vault.id, first)
    found = failing(lay_out(files, tmp_path / "bundle"))
    enrolment, last = (0 if first else len(leaves)), len([name for name in files if name.startswith("leaves/")]) - 1
    if first:
        assert f"record {next(n for n in range(1, last) if b'sig' in leaves[n])}, its place in the chain" in found
    else:
        assert found == {f"record {enrolment}, its place in the chain"}


def hidden(folder: Path) -> None:
    (folder / "fields/.hidden").write_text("x")


def linked(folder: Path) -> None:
    (folder / "fields/99").symlink_to("/dev/zero")


def piped(folder: Path) -> None:
    os.mkfifo(folder / "fields/99")


def piped_in_place(folder: Path) -> None:
    (folder / "vault").unlink()
    os.mkfifo(folder / "vault")


def piped_as_list(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    os.mkfifo(folder / "SHA256SUMS")


def empty(folder: Path) -> None:
    (folder / "heads/18/timestamps").mkdir()


def no_number(folder: Path) -> None:
    (folder / "leaves/²").mkdir()


def for_terminals(folder: Path) -> None:
    (folder / "fields/\x1b]0;x\x07\\033[2J\nPASS everything").write_text("x")


TRICKS = (hidden, linked, piped, piped_in_place, piped_as_list, empty, no_number, for_terminals)


@pytest.mark.parametrize("trick", TRICKS)
def test_what_is_no_file_of_a_bundle(tmp_path: Path, trick: Callable[[Path], None]) -> None:
    """Hidden files, links, pipes, empty folders and names for terminals fail at once, and nothing more is read."""
    folder = lay_out(example(), tmp_path / "bundle")
    trick(folder)
    for verify in (by_library, by_shell, by_python):
        assert verify(folder) == {"files": FAIL}


def test_the_bad_file_is_named(tmp_path: Path) -> None:
    """All verifiers name the first file that is altered, missing or not on the list, and never as a list has it."""
    for number, (name, content, reason) in enumerate(
        (
            ("leaves/1", b"x", "leaves/1 was altered"),
            ("maker", None, "maker'? is missing"),
            ("stranger", b"x", "stranger is not on the list"),
        )
    ):
        files = {path: data for path, data in example().items() if path != name}
        folder = lay_out({**files, name: content} if content else files, tmp_path / str(number))
        for script in (("sh", "verify.sh"), ("python3", "-I", "-S", "verify.py")):
            run = subprocess.run(script, cwd=folder, capture_output=True, text=True, check=False)
            assert re.match(f"FAIL files: '?{reason}", run.stdout), run.stdout
    folder = lay_out({**example(), "SHA256SUMS": b"0" * 64 + b"  \x1b[2Jx\n"}, tmp_path / "bundle")
    run = subprocess.run(("sh", "verify.sh"), cwd=folder, capture_output=True, text=True, check=False)
    assert "\x1b" not in run.stdout


def test_names_that_the_list_has(tmp_path: Path) -> None:
    """Even a list that is signed cannot bring hidden files, those that look like options, or files from elsewhere."""
    for name in (".hidden", "fields/-x", "fields/a b", "fields/.."):
        files = resigned({**example(), "fields/z": b""}, ada())
        files["SHA256SUMS"] = files["SHA256SUMS"].replace(b"fields/z", name.encode())
        if not name.endswith(".."):
            files[name] = files.pop("fields/z")
        assert failing(lay_out(files, tmp_path / "bundle")) == {"files"}


UNCHECKED = (
    lambda sums: re.sub(rb"[0-9a-f]{64}(?=  README.txt)", b"#", sums),
    lambda sums: re.sub(rb"[0-9a-f]{64}(?=  README.txt)", b"#" * 64, sums),
    lambda sums: re.sub(rb"[0-9a-f]{64}(?=  README.txt)", lambda digest: digest[0].upper(), sums),
    lambda sums: sums.replace(b"  README.txt", b" *README.txt"),
    lambda sums: sums.removesuffix(b"\n"),
)


@pytest.mark.parametrize("edit", UNCHECKED)
def test_a_list_that_readers_take_differently(tmp_path: Path, edit: Callable[[bytes], bytes]) -> None:
    """A maker cannot list a file by a line that some program passes over, so that whoever carries it may alter it."""
    sums = edit(example()["SHA256SUMS"])
    assert sums != example()["SHA256SUMS"]
    assert failing(lay_out(relisted(example(), sums, ada()), tmp_path / "bundle")) == {"files"}


def test_what_follows_the_last_line(tmp_path: Path) -> None:
    """A last line that does not end is checked like the others, or refused: readers of lines differ about it."""
    files = dict(example())
    fields = next(name for name in sorted(files) if name.startswith("fields/"))
    proof = next(name for name in sorted(files) if "/proofs/" in name)
    files[fields] += b'+ ["00","note","I hereby assign everything"]'
    files[proof] += b"00"
    checks = {f"record {fields.split('/')[1]}, what it says", f"record {proof.split('/')[-1]}, one of the 18"}
    found = failing(lay_out(resigned(files, ada()), tmp_path / "bundle"))
    assert checks <= found <= {*checks, "bundle.json", "records.html"}


def test_what_the_time_of_making_can_say(tmp_path: Path) -> None:
    """The second line of `bundle.json` is the maker's word, but he can say no more in it than a time and a reason."""
    files = dict(example())
    for made in (b'","size":99999,"vaul":"xx', b"2027-01-15T08:00:00.000z", b"::::::::::::::::::::::::"):
        files["bundle.json"] = re.sub(rb'"made":"[^"]{24}', b'"made":"' + made, example()["bundle.json"])
        assert failing(lay_out(resigned(files, ada()), tmp_path / "bundle")) == {"bundle.json"}


WRONG = (("maker", b"../signers\n"), ("vault", b"x\n"), ("vault", b"0" * 32 + b"\n"))


@pytest.mark.parametrize(("name", "content"), WRONG)
def test_another_maker_or_vault(tmp_path: Path, name: str, content: bytes) -> None:
    """What says of which vault it is, and who made it, is right, and leads nowhere else."""
    files = resigned(dict(example()), ada())
    was, is_now = (sha256(data).hexdigest().encode() for data in (files[name], content))
    files |= {name: content, "SHA256SUMS": files["SHA256SUMS"].replace(was, is_now)}
    found = failing(lay_out(files, tmp_path / "bundle"))
    assert {"signature of the bundle", "head of 18 records", "bundle.json"} <= found


def test_keys_that_are_missing(tmp_path: Path) -> None:
    """A signer has all keys."""
    files = {path: data for path, data in example().items() if not path.endswith("/kem")}
    files = {path: data for path, data in resigned(files, EVE.identity).items() if path != f"signers/{FINGERPRINT}/kem"}
    listed = files["SHA256SUMS"].splitlines(keepends=True)
    files["SHA256SUMS"] = b"".join(line for line in listed if not line.endswith(f"{FINGERPRINT}/kem\n".encode()))
    assert f"signer {FINGERPRINT}" in failing(lay_out(files, tmp_path / "bundle"))


def test_where_the_script_is_called_from(tmp_path: Path) -> None:
    """A variable of the shell cannot have it check another folder than the one that is named."""
    lay_out(example(), tmp_path / "good" / "bundle")
    bad = lay_out({**example(), "vault": b"x"}, tmp_path / "bad" / "bundle")
    environment = {**os.environ, "CDPATH": str(tmp_path / "good")}
    command = ["sh", str(bad / "verify.sh"), "bundle"]
    run = subprocess.run(command, cwd=bad.parent, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout.startswith("FAIL files")
