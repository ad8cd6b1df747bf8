"""Evidence bundles: what they show, what they keep closed, and that no change of theirs goes unnoticed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

from ipvault.crypto.pae import pae
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.errors import JournalBroken, UsageError
from ipvault.evidence.bundle.disclosure import parse_rule, shown_fields
from ipvault.evidence.bundle.verify import FAIL, ORDER, PASS, check_folder, ed25519_verifies
from ipvault.evidence.journal_lines import lines_at
from ipvault.evidence.journal_tree import open_tree
from ipvault.storage.store import JOURNAL
from ipvault.vault.items import Changes, describe
from tests.crypto.vectors import Ed25519Vector, ed25519
from tests.evidence.bundles import BOB, Files, bundle, example, lay_out
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import Person
from tests.support.tampering import altered, flipped, journal_of
from tests.support.thoroughness import some

MALLORY = Person.named("Mallory").identity

SIGNATURES = ("SHA256SUMS", "SHA256SUMS.ed25519", "SHA256SUMS.mldsa44")


def outcomes(folder: Path) -> dict[str, str]:
    """Check and outcome, with our own ML-DSA-44."""
    return {name: outcome for outcome, name, _reason in check_folder(str(folder), verifies_post_quantum)}


def by_shell(folder: Path) -> dict[str, str]:
    """Check and outcome, as `verify.sh` tells them; its last line, and how it ended, say the same."""
    run = subprocess.run(["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, check=False)
    *lines, last = run.stdout.splitlines()
    told = {line.partition(" ")[2].partition(": ")[0]: line.partition(" ")[0] for line in lines}
    assert (run.returncode != 0) == (FAIL in told.values()) == last.startswith(FAIL), (run.stdout, run.stderr)
    assert run.stderr == ""
    return told


def by_python(folder: Path) -> dict[str, str]:
    """The same of `verify.py`, in a Python that has nothing but its library."""
    command = ["python3", "-I", "-S", "verify.py"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    *lines, last = run.stdout.splitlines()
    told = {line.partition(" ")[2].partition(": ")[0]: line.partition(" ")[0] for line in lines}
    assert (run.returncode != 0) == (FAIL in told.values()) == last.startswith(FAIL), (run.stdout, run.stderr)
    return told


def resigned(files: Files) -> Files:
    """The files with a list of hashes that fits, signed by somebody who takes over the maker's place."""
    files = {name: data for name, data in files.items() if name not in SIGNATURES}
    fingerprint = MALLORY.public.fingerprint
    files["maker"] = f"{fingerprint}\n".encode()
    for name, key in MALLORY.public._asdict().items():
        files[f"signers/{fingerprint}/{name}"] = key
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()
    signatures = MALLORY.sign(pae("bundle", files["vault"].decode().strip(), sums))
    return {**files, SIGNATURES[0]: sums, SIGNATURES[1]: signatures.ed25519, SIGNATURES[2]: signatures.mldsa44}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(example(), tmp_path / "bundle")


def test_everything_passes(folder: Path) -> None:
    """Every check of all three verifiers, and they make the same ones; only openssl may be too old for ML-DSA-44."""
    ours, shell, script = outcomes(folder), by_shell(folder), by_python(folder)
    assert set(ours.values()) == {PASS}
    assert ours.keys() == shell.keys() == script.keys()
    for told in (shell, script):
        assert {name for name, outcome in told.items() if outcome != PASS} <= {"signature of the bundle, post-quantum"}
        assert FAIL not in told.values()


def test_what_is_shown(folder: Path) -> None:
    """The fields asked for, of the records asked for, and not a word of the others."""
    described = json.loads((folder / "bundle.json").read_text())
    first, second, third = described["records"]
    assert (first["shown"]["name"], second["shown"]["name"]) == ("claims.txt", "drawing.txt")
    assert first["shown"]["kind"] == "item.added"
    assert "label" not in first["shown"]
    assert third["shown"] == {}
    assert not any(b"secret.txt" in data for name, data in example().items() if name != "privilege-log.csv")


def test_the_privilege_log(folder: Path) -> None:
    """It says which record is withheld, of when and by whom, by which rule and on which ground."""
    rows = list(csv.DictReader(io.StringIO((folder / "privilege-log.csv").read_text())))
    described = json.loads((folder / "bundle.json").read_text())["records"]
    log = {row["record"]: row for row in rows}
    (withheld,) = (row for row in rows if row["withheld"] == "all")
    assert withheld["record"] == str(described[2]["record"])
    assert (withheld["signer"], withheld["basis"]) == (BOB.fingerprint, "law")
    assert "note" in log[str(described[0]["record"])]["withheld"].split()


def test_without_names_by_default() -> None:
    """Nothing that somebody wrote is shown unless it is asked for."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"canary.txt": b"content"})
    files = bundle(vault, [vault.catalog.head.seq])
    assert not any(b"canary" in data for data in files.values())


def test_it_is_recorded_first() -> None:
    """The journal says what was shown, and the statement of its head covers that record."""
    memory = MemoryVault.create()
    vault = memory.open()
    size = vault.catalog.head.seq + 1
    files = bundle(vault, [1])
    assert vault.catalog.head.seq == size
    assert f"heads/{size + 1}/checkpoint" in files


@pytest.mark.parametrize("what", ["altered", "missing", "added"])
def test_any_change_of_any_file(folder: Path, what: str, pytestconfig: pytest.Config) -> None:
    """Whichever file is altered, removed, or put beside the others, a check fails."""
    for name in some(pytestconfig, sorted(example())):
        path = folder / name
        data = path.read_bytes()
        if what == "altered":
            path.write_bytes(bytes((data[0] ^ 1,)) + data[1:] if data else b"x")
        elif what == "missing":
            path.unlink()
        else:
            path = path.with_name(f"{path.name}~")
            path.write_bytes(b"stranger")
        assert FAIL in outcomes(folder).values(), name
        if what == "added":
            path.unlink()
        else:
            path.write_bytes(data)
    assert FAIL not in outcomes(folder).values()


def leaf_files(files: Files) -> list[str]:
    return sorted((name for name in files if name.startswith("leaves/")), key=lambda name: int(name.split("/")[1]))


def altered_example(check: str) -> tuple[Files, str]:
    """The files with one thing changed, listed and signed anew by Mallory; and the check that has to notice."""
    files = dict(example())
    size = next(name for name in files if name.startswith("heads/")).split("/")[1]
    last = leaf_files(files)[-1].split("/")[1]
    first = min((name.split("/")[1] for name in files if name.startswith("leaves/")), key=int)
    match check:
        case "leaf":
            files[f"leaves/{last}"] = files[f"leaves/{last}"].replace(b'"k":"item"', b'"k":"auth"')
            return files, f"record {last}, its place in the chain"
        case "unsigned leaf":
            files[f"leaves/{first}"] = files[f"leaves/{first}"].replace(b'"v":1', b'"v":2')
            return files, f"record {first}, its place in the chain"
        case "number":
            files["leaves/777"] = files[f"leaves/{last}"]
            return files, "record 777, its place in the chain"
        case "proof":
            path = f"heads/{size}/proofs/{last}"
            files[path] = b"0" + files[path][1:] if files[path][:1] != b"0" else b"1" + files[path][1:]
            return files, f"record {last}, one of the {size}"
        case "short proof":
            path = f"heads/{size}/proofs/{last}"
            files[path] = files[path][65:]
            return files, f"record {last}, one of the {size}"
        case "long proof":
            path = f"heads/{size}/proofs/{last}"
            files[path] += b"00" * 32 + b"\n"
            return files, f"record {last}, one of the {size}"
        case "shown field":
            name = next(
                name for name, data in sorted(files.items()) if name.startswith("fields/") and b"claims" in data
            )
            files[name] = files[name].replace(b"claims.txt", b"claims.doc")
            return files, f"record {name.split('/')[1]}, what it says"
        case "withheld field":
            files[f"fields/{last}"] = files[f"fields/{last}"].split(b"\n", 1)[1]
            return files, f"record {last}, what it says"
        case "head":
            path = f"heads/{size}/checkpoint"
            files[path] = files[path].replace(f"\n{size}\n".encode(), f"\n{int(size) + 1}\n".encode(), 1)
            return files, f"head of {size} records"
        case "head's signature":
            path = f"heads/{size}/checkpoint"
            files[path] = files[path].partition(b"\n\n")[0] + b"\n\n"
            return files, f"head of {size} records"
        case "key":
            path = f"signers/{BOB.fingerprint}/kem"
            files[path] = bytes(1216)
            return files, f"signer {BOB.fingerprint}"
    raise ValueError(check)


CHECKS = (
    *("leaf", "unsigned leaf", "number", "proof", "short proof", "long proof"),
    *("shown field", "withheld field", "head", "head's signature", "key"),
)


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_signed_anew(tmp_path: Path, check: str) -> None:
    """Whoever alters something and signs the list of hashes himself is found by the check that it is about, too."""
    files, name = altered_example(check)
    told = outcomes(lay_out(resigned(files), tmp_path / "bundle"))
    assert told[name] == FAIL
    assert told[f"signer {MALLORY.public.fingerprint}"] == FAIL
    assert (told["files"], told["signature of the bundle"]) == (PASS, PASS)


@pytest.mark.parametrize("check", CHECKS)
def test_what_the_shell_finds(tmp_path: Path, check: str) -> None:
    """`verify.sh` fails the same checks as `verify.py` does."""
    files, name = altered_example(check)
    place = lay_out(resigned(files), tmp_path / "bundle")
    shell, script = by_shell(place), by_python(place)
    assert shell[name] == FAIL
    assert {key for key, outcome in shell.items() if outcome == FAIL} == {
        key for key, outcome in script.items() if outcome == FAIL
    }


def test_what_was_added_hidden_or_linked(folder: Path) -> None:
    """Hidden files, links and folders are files that are not on the list, for each of the verifiers."""
    for name in (".hidden", "fields/.hidden", "..x"):
        (folder / name).write_text("x")
        assert outcomes(folder)["files"] == by_shell(folder)["files"] == by_python(folder)["files"] == FAIL
        (folder / name).unlink()
    (folder / "link").symlink_to("README.txt")
    assert outcomes(folder)["files"] == by_shell(folder)["files"] == by_python(folder)["files"] == FAIL


@pytest.mark.parametrize("case", [*islice(ed25519(), 0, None, 64)])
def test_ed25519_of_the_script(case: Ed25519Vector) -> None:
    """It takes the published signatures, and none with a bit changed, a second form of the scalar, or another key."""
    public, message, signature = case.public, case.message, case.signature
    assert ed25519_verifies(public, message, signature)
    assert not ed25519_verifies(public, message + b"x", signature)
    assert not ed25519_verifies(public, message, signature[:-1])
    larger = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519_verifies(public, message, signature[:32] + larger.to_bytes(32, "little"))
    for at in (0, 31, 32, 62):
        changed = bytearray(signature)
        changed[at] ^= 1
        assert not ed25519_verifies(public, message, bytes(changed))
    assert not ed25519_verifies(bytes(32), message, signature)


def test_a_record_anywhere_in_a_long_journal() -> None:
    """Records are found by their numbers wherever they are, and one that was altered meanwhile is not taken."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {f"{number}.txt": b"%d" % number * 3000 for number in range(300)})
    head = vault.catalog.head
    with open_tree(vault.store, vault.id, head, None) as tree, vault.store.open_journal() as journal:
        for wanted in ([0], [head.seq], [3, 4, 200], list(range(head.seq + 1))):
            assert [line.leaf.seq for line in lines_at(journal, head.offset, tree.leaf, wanted)] == wanted
    with open_tree(vault.store, vault.id, head, None) as tree:
        text = journal_of(memory)
        at = text.index(b'"n":200,')
        with (
            altered(memory, JOURNAL, flipped(text, at + 40)),
            memory.store.open_journal() as journal,
            pytest.raises(JournalBroken),
        ):
            list(lines_at(journal, head.offset, tree.leaf, [200]))


@pytest.mark.parametrize("rule", ["", "tag", "tag=", "=x", "colour=red"])
def test_what_is_no_rule(rule: str) -> None:
    """It is refused, and not taken for one that withholds nothing."""
    vault = MemoryVault.create().open()
    with pytest.raises(UsageError):
        parse_rule(vault.catalog, rule)


def test_what_is_no_field() -> None:
    """A mistyped name would show less than was meant; it is refused."""
    with pytest.raises(UsageError):
        shown_fields(["nmae"])
    assert shown_fields(["name, label"]) >= {"name", "label", "kind"}


@pytest.mark.parametrize("rule", ["label=internal", "tag=privileged", "room=main", "kind=item.added", "type=other"])
def test_rules(rule: str) -> None:
    """What a rule is about is closed, and the rest is not."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"a": b"a"})
    describe(vault, ["a"], Changes(add_tags=("privileged",)))
    seq = vault.catalog.head.seq - 1
    described = json.loads(bundle(vault, [1, seq], reveal=["all"], withhold=[rule])["bundle.json"])["records"]
    assert described[0]["shown"]
    assert not described[1]["shown"]
