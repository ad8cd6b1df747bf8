"""Evidence bundles: what they show, what they keep closed, and that no change of theirs goes unnoticed."""

from __future__ import annotations

import csv
import io
import json
from itertools import islice
from pathlib import Path

import pytest

from ipvault.crypto.pae import pae
from ipvault.errors import JournalBroken, UsageError
from ipvault.evidence.bundle.disclosure import parse_rule, shown_fields
from ipvault.evidence.bundle.ed25519 import ORDER, ed25519_verifies
from ipvault.evidence.bundle.verify import FAIL, PASS, SKIP
from ipvault.evidence.journal_lines import lines_at
from ipvault.evidence.journal_tree import open_tree
from ipvault.journal.checkpoint import Checkpoint
from ipvault.storage.store import JOURNAL
from ipvault.vault.items import Changes, describe
from tests.crypto.vectors import Ed25519Vector, ed25519
from tests.evidence.bundles import BOB, Files, ada, bundle, example, lay_out, resigned
from tests.evidence.verifiers import VERIFIERS, by_library, by_python, by_shell, failing
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.tampering import altered, flipped, journal_of
from tests.support.thoroughness import some


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(example(), tmp_path / "bundle")


def test_everything_passes(folder: Path) -> None:
    """Every check of all three verifiers, and they make the same ones; only openssl may be too old for ML-DSA-44."""
    ours, shell, script = by_library(folder), by_shell(folder), by_python(folder)
    assert set(ours.values()) == {PASS}
    assert ours.keys() == shell.keys() == script.keys()
    for told in (shell, script):
        assert {name for name, outcome in told.items() if outcome == SKIP and "post-quantum" not in name} == set()
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


def test_a_table_for_people(folder: Path) -> None:
    """A page in the bundle shows each chosen record in a row, with what is revealed of it and no more."""
    page = (folder / "records.html").read_text()
    described = json.loads((folder / "bundle.json").read_text())["records"]
    rows = [line for line in page.splitlines() if line.startswith("<tr><td>")]
    assert [row.split("<td>")[1:5] for row in rows] == [
        [str(one["record"]), one["time"], one["signer"][:16], one["shown"].get("kind", one["class"])]
        for one in described
    ]
    assert "<b>name</b> <bdi>claims.txt</bdi>" in rows[0]
    assert "<b>" not in rows[2]
    assert "<i>withheld: " in rows[2]
    assert "records.html" in (folder / "README.txt").read_text()
    assert "  records.html\n" in (folder / "SHA256SUMS").read_text()


def test_what_people_wrote_does_not_act_in_the_table(tmp_path: Path) -> None:
    """Markup in a name is shown, and all verifiers make the same of it."""
    vault = MemoryVault.create().open()
    add_content(vault, {'<script>&amp;"\\ü': b"a"})
    files = bundle(vault, [vault.catalog.head.seq], reveal=["all"])
    assert '<bdi>&lt;script&gt;&amp;amp;\\"\\\\ü</bdi>'.encode() in files["records.html"]
    assert not failing(lay_out(files, tmp_path / "bundle"))


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
        assert FAIL in by_library(folder).values(), name
        if what == "added":
            path.unlink()
        else:
            path.write_bytes(data)
    assert FAIL not in by_library(folder).values()


@pytest.mark.parametrize("what", ["emptied", "altered", "longer", "missing"])
def test_the_post_quantum_signature_of_the_list(folder: Path, what: str) -> None:
    """Every verifier notices any change of it, also where openssl cannot check it: the Ed25519 signature covers it."""
    path = folder / "SHA256SUMS.mldsa44"
    data = path.read_bytes()
    path.write_bytes({"altered": flipped(data, 700), "longer": data + b"x"}.get(what, b""))
    if what == "missing":
        path.unlink()
    for verify in VERIFIERS.values():
        assert verify(folder)["signature of the bundle"] == FAIL


@pytest.mark.parametrize("length", [0, 2421])
def test_a_post_quantum_signature_of_another_length(tmp_path: Path, length: int) -> None:
    """A maker who puts something else in its place fails with every verifier, also where openssl cannot check it."""
    files = resigned(dict(example()), ada())
    sums, vault = files["SHA256SUMS"], files["vault"].decode().strip()
    wrong = files["SHA256SUMS.mldsa44"].ljust(length, b"x")[:length]
    files["SHA256SUMS.ed25519"] = ada().signing_key.sign(pae("sealed-bundle", vault, sums, wrong))
    files["SHA256SUMS.mldsa44"] = wrong
    folder = lay_out(files, tmp_path / "bundle")
    for verify in VERIFIERS.values():
        told = verify(folder)
        assert told["signature of the bundle, post-quantum"] == FAIL
        assert told["signature of the bundle"] == PASS


def leaf_files(files: Files) -> list[str]:
    return sorted((name for name in files if name.startswith("leaves/")), key=lambda name: int(name.split("/")[1]))


def alter(files: Files, check: str) -> str:
    """Change one thing in the files of the example; the check that has to notice."""
    size = max((name.split("/")[1] for name in files if name.startswith("heads/")), key=int)
    first, *_between, before, last = (name.split("/")[1] for name in leaf_files(files))
    proof, head, described = f"heads/{size}/proofs/{last}", f"heads/{size}/checkpoint", "bundle.json"
    changes = {
        "leaf": (f"leaves/{last}", b'"k":"item"', b'"k":"auth"', f"record {last}, its place in the chain"),
        "unsigned leaf": (f"leaves/{first}", b'"v":1', b'"v":2', f"record {first}, its place in the chain"),
        "first leaf": (f"leaves/{first}", b'"p":"', b'"p":"0', f"record {first}, its place in the chain"),
        "withheld field": (f"fields/{last}", b"- ", b"-", f"record {last}, what it says"),
        "shown field": (f"fields/{before}", b"drawing.txt", b"drawing.doc", f"record {before}, what it says"),
        "head": (head, f"\n{size}\n".encode(), f"\n{int(size) + 1}\n".encode(), f"head of {size} records"),
        "described name": (described, b"claims.txt", b"patent.txt", described),
        "described size": (described, f'"size":{size},'.encode(), b'"size":99,', described),
        "described time": (described, b'"time":"2027', b'"time":"2019', described),
        "described class": (described, b'"class":"item"', b'"class":"auth"', described),
        "described signer": (described, BOB.fingerprint.encode(), ada().public.fingerprint.encode(), described),
        "described record": (described, b'{"record":', b'{"record":777,"shown":{}},\n{"record":', described),
        "described reason": (described, b"Gadget", b'Gadget","size":"9', described),
        "name in the table": ("records.html", b"claims.txt", b"patent.txt", "records.html"),
        "time in the table": ("records.html", b"<td>2027", b"<td>2019", "records.html"),
        "row in the table": (
            "records.html",
            b"</table>",
            b"<tr><td>777<td>2019<td>x<td>x<td>\n</table>",
            "records.html",
        ),
        "nothing described": (described, b'{"record"', b'{"Record"', described),
    }
    if check in changes:
        name, old, new, notices = changes[check]
        assert old in files[name]
        files[name] = files[name].replace(old, new)
        return notices
    match check:
        case "number":
            files["leaves/777"] = files[f"leaves/{last}"]
            return "record 777, its place in the chain"
        case "proof":
            files[proof] = bytes((files[proof][0] ^ 1,)) + files[proof][1:]
        case "short proof":
            files[proof] = files[proof][65:]
        case "long proof":
            files[proof] += b"00" * 32 + b"\n"
        case "no proof":
            del files[proof]
        case "head's signature":
            files[head] = files[head].partition(b"\n\n")[0] + b"\n\n"
            return f"head of {size} records"
        case "key":
            files[f"signers/{BOB.fingerprint}/kem"] = bytes(1216)
            return f"signer {BOB.fingerprint}"
        case "no founding":
            del files[f"leaves/{first}"]
            signed = min((name for name in leaf_files(files) if b'"sig"' in files[name]), key=leaf_files(files).index)
            return f"record {signed.split('/')[1]}, its place in the chain"
        case "no enrolment":  # it is of another class, which enrols nobody
            name = next(name for name in leaf_files(files) if BOB.fingerprint.encode() in files[name])
            files[name] = files[name].replace(b'"k":"member"', b'"k":"policy"')
            return f"signer {BOB.fingerprint}"
    return f"record {last}, one of the {size}"


TOGETHER = (
    ("leaf", "proof", "shown field", "head's signature", "key", "described name"),
    ("unsigned leaf", "short proof", "withheld field", "head", "described record"),
    ("first leaf", "long proof", "number", "described time"),
    ("no enrolment", "no proof", "described signer"),
    ("no founding", "described size"),
    *(("described class",), ("described reason",), ("nothing described",)),
    *(("name in the table",), ("time in the table",), ("row in the table",)),
)
"""Changes that do not get into each other's way."""


@pytest.mark.parametrize("check", [check for checks in TOGETHER for check in checks])
def test_what_is_signed_anew(tmp_path: Path, check: str) -> None:
    """Whoever alters something and signs the list of hashes anew, even the maker, is found by the check of it."""
    files = dict(example())
    name = alter(files, check)
    told = by_library(lay_out(resigned(files, ada()), tmp_path / "bundle"))
    assert told[name] == FAIL
    assert (told["files"], told["signature of the bundle"]) == (PASS, PASS)


@pytest.mark.parametrize("checks", TOGETHER)
def test_what_the_scripts_find(tmp_path: Path, checks: tuple[str, ...]) -> None:
    """All three verifiers fail the same checks."""
    files = dict(example())
    names = {alter(files, check) for check in checks}
    assert names <= failing(lay_out(resigned(files, ada()), tmp_path / "bundle"))


@pytest.mark.parametrize("what", ["heads/", "signers/", "leaves/", "fields/"])
def test_nothing_to_check_is_no_pass(tmp_path: Path, what: str) -> None:
    """A bundle without heads, signers or records fails, and one without fields if it describes them."""
    files = {name: data for name, data in example().items() if not name.startswith(what)}
    files = {name: data for name, data in resigned(files, ada()).items() if not name.startswith(what)}
    place = lay_out(files, tmp_path / "bundle")
    assert failing(place)


def test_a_post_quantum_signature_of_a_head(tmp_path: Path) -> None:
    """Whoever makes a bundle signs its heads with ML-DSA-44 too, and both have to be right."""
    files = dict(example())
    (path,) = (name for name in files if name.endswith("/checkpoint"))
    head = Checkpoint.parse(files[path])
    *others, line = head.signatures
    wrong = line._replace(signature=line.signature[:-1] + bytes((line.signature[-1] ^ 1,)))
    short = line._replace(signature=line.signature[:-1])
    for number, (lines, verifiers) in enumerate(
        (((*others, wrong), (by_library,)), (tuple(others), (by_library,)), ((*others, short), VERIFIERS.values()))
    ):
        files[path] = str(Checkpoint(head.head, lines)).encode()
        folder = lay_out(resigned(files, ada()), tmp_path / str(number))
        for verify in verifiers:
            told = verify(folder)
            assert {name for name, outcome in told.items() if outcome == FAIL} == {
                f"head of {head.head.size} records, post-quantum"
            }


def test_the_reason_is_told_as_it_was_given(tmp_path: Path) -> None:
    """Quotes, line ends and letters of any language are in bundle.json as JSON has them, and pass every check."""
    vault = MemoryVault.create().open()
    add_content(vault, {"a": b"a"})
    reason = 'Müller "Widget" \\ v.\n\tGadget'
    files = bundle(vault, [vault.catalog.head.seq], reason=reason, reveal=["all"])
    assert json.loads(files["bundle.json"])["reason"] == reason
    assert not failing(lay_out(files, tmp_path / "bundle"))


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


def test_a_record_that_was_altered_since() -> None:
    """It is not shown, whatever a snapshot spares reading; of the others a bundle can be made that is right."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"a": b"a", "b": b"b"})
    last, text = vault.catalog.head.seq, journal_of(memory)
    at = text.index(b"\t", text.index(b'"n":%d,' % (last - 1)))
    memory.store.journal = flipped(text, at + 20)
    with pytest.raises(JournalBroken):
        bundle(vault, [last - 1])
    assert bundle(vault, [1])[f"heads/{last + 2}/checkpoint"]


MISTYPED = ("label=secrt", "type=inventon", "tag=priviledged", "kind=item.foo", "record=99999", "record=01")


@pytest.mark.parametrize("rule", ["", "tag", "tag=", "=x", "colour=red", *MISTYPED])
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
