"""Copies that leave where a label asks for marks: for whom each is, on record, and traced back."""

from __future__ import annotations

import hashlib
import io

import pytest

from ipvault.catalog.address import find_version, find_versions
from ipvault.catalog.recipients import find_recipient
from ipvault.errors import Damaged, GateClosed
from ipvault.governance.gate.gate import PolicyGate
from ipvault.governance.gate.judge import judge
from ipvault.governance.marks.identify import Outcome, identify
from ipvault.governance.policy.current import set_policy
from ipvault.records.access import ContentReleased
from ipvault.records.base import Record
from ipvault.records.families import decode
from ipvault.records.marks import CopyMarked
from ipvault.records.vocabulary import CAT, EXPORT, MAIN, PACKAGE
from ipvault.sharing.manifest import Terms
from ipvault.sharing.package_reader import open_package
from ipvault.sharing.share import own_card, share
from ipvault.storage.layout import object_path
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, REFUSED, Decision, Way, examine
from ipvault.vault.ingest import Description, add
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.recipients import add_recipient
from ipvault.vault.release import Content, release
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Vault
from tests.governance.made_documents import xlsx
from tests.governance.made_pages import word_document
from tests.governance.vaults import IN_FRANCE, IN_GERMANY, policy
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import CREATED

TEXT = b"Dear Dora,\n\nas agreed.\n"
DOCX, XLSX = word_document(), xlsx()
DOCUMENTS = {"letter.txt": TEXT, "letter.docx": DOCX, "sheet.xlsx": XLSX}


@pytest.fixture
def memory() -> MemoryVault:
    """A vault whose policy asks for marks on all that can have them, with two recipients."""
    memory = MemoryVault.create()
    vault = memory.open()
    for name, data in DOCUMENTS.items():
        add(
            vault, [Source(name, None, Pipe(io.BytesIO(data)))], room=MAIN, description=Description("internal", "other")
        )
    for person in (IN_GERMANY, IN_FRANCE):
        add_recipient(vault, person.card, person.card.details.name)
    set_policy(vault, policy(mark="with-text"), based_on=0, reason="")
    return memory


@pytest.fixture
def vault(memory: MemoryVault) -> Vault:
    return memory.open()


def records_of(vault: Vault) -> list[Record]:
    """All records, in their order."""
    rows = read_journal(vault, Query())
    return [decode(row.leaf.kind, row.fields) for row in rows if row.fields]


def leave(vault: Vault, name: str, channel: str = EXPORT, override: str = "", *, unchecked: bool = False) -> Content:
    """A document leaves through the gate, for the member."""
    way = Way("d" * 32, channel, "there", override=override)
    wanted = [find_version(vault.catalog, name)]
    ((content,), _head) = release(vault, wanted, way, PolicyGate(vault), unchecked=unchecked)
    return content


@pytest.mark.parametrize("name", ["letter.txt", "letter.docx"])
@pytest.mark.parametrize(("channel", "unchecked"), [(EXPORT, False), (CAT, False), (CAT, True)])
def test_whoever_takes_a_copy_is_named_by_it(vault: Vault, name: str, channel: str, unchecked: bool) -> None:
    """Exported or read, a copy is marked for the member; the record of it comes with that of the release."""
    content = leave(vault, name, channel, unchecked=unchecked)
    data = b"".join(content.blocks())
    assert (len(data), hashlib.sha256(data).hexdigest()) == (content.size, content.sha256)
    assert data == b"".join(content.blocks()) != DOCUMENTS[name]
    found = identify(vault, data, name)
    assert found.outcome is Outcome.FOUND
    (copy,) = found.identical
    assert (copy.name, copy.recipient, copy.channel) == ("Ada Lovelace", vault.member, channel)
    released, marked = records_of(vault)[-2:]
    assert isinstance(released, ContentReleased)
    assert isinstance(marked, CopyMarked)
    original = hashlib.sha256(DOCUMENTS[name]).hexdigest()
    assert (released.sha256, marked.original, marked.marked) == (original, original, content.sha256)


def test_the_original_is_never_altered(vault: Vault) -> None:
    """What is in the vault is what it was, and two copies differ from each other."""
    first, second = (b"".join(leave(vault, "letter.txt").blocks()) for _time in range(2))
    assert first != second
    set_policy(vault, policy(), based_on=1, reason="")
    assert b"".join(leave(vault, "letter.txt").blocks()) == TEXT


def test_a_package_holds_a_copy_for_its_recipient(vault: Vault) -> None:
    """What the recipient opens says that it is his, with the package; the sizes are those of the copies."""
    dora = find_recipient(vault.catalog, "Dora")
    wanted, card = find_versions(vault.catalog, ["letter.txt", "letter.docx"]), own_card(vault, CREATED)
    shared = share(vault, wanted, [dora], Terms(CREATED, None), card, PolicyGate(vault), unverified=True)
    out = io.BytesIO()
    shared.write(out)
    package = open_package(io.BytesIO(out.getvalue()), IN_GERMANY.identity, "package")
    contents = {entry.name: b"".join(blocks) for entry, blocks in package.contents()}
    assert {entry.name: entry.size for entry in package.manifest.entries} == {n: len(c) for n, c in contents.items()}
    for name, data in contents.items():
        (copy,) = identify(vault, data, name).identical
        assert (copy.name, copy.recipient, copy.package) == ("Dora", dora.fingerprint, package.manifest.package)


def test_a_copy_is_for_one_person(vault: Vault) -> None:
    """A package for several cannot say whose it was."""
    people = [find_recipient(vault.catalog, name) for name in ("Dora", "Fred")]
    wanted, card = find_versions(vault.catalog, ["letter.txt"]), own_card(vault, CREATED)
    with pytest.raises(GateClosed, match="for several"):
        share(vault, wanted, people, Terms(CREATED, None), card, PolicyGate(vault), unverified=True)


def test_what_cannot_be_marked_does_not_leave_bare(vault: Vault) -> None:
    """It is refused by every way out, whatever the reason; only another policy lets it leave as it is."""
    for channel, reason in ((EXPORT, ""), (CAT, ""), (EXPORT, "the court asked for it")):
        head = vault.catalog.head
        with pytest.raises(GateClosed, match=r"sheet\.xlsx@1 cannot be marked") as refused:
            leave(vault, "sheet.xlsx", channel, override=reason)
        assert "policy set internal mark=none" in refused.value.advice()
        assert vault.catalog.head == head
    set_policy(vault, policy(), based_on=1, reason="")
    assert b"".join(leave(vault, "sheet.xlsx").blocks()) == XLSX
    assert not any(isinstance(record, CopyMarked) for record in records_of(vault))


def test_what_could_be_marked_says_how(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a library is missing, that is what to install, and not to store a PDF as a PDF."""
    add_content(vault, {"plan.pdf": b"%PDF-1.4\n"})
    monkeypatch.setattr("ipvault.governance.marks.pdf.find_spec", lambda _name: None)
    with pytest.raises(GateClosed) as refused:
        leave(vault, "plan.pdf")
    assert "pip install pypdf" in refused.value.advice()
    assert "store it as a PDF" not in refused.value.advice()


@pytest.mark.parametrize(("mark", "is_marked"), [("documents", False), ("with-text", True), ("none", False)])
def test_plain_text_is_marked_only_where_the_policy_says_so(vault: Vault, mark: str, is_marked: bool) -> None:
    """Otherwise it leaves as it is."""
    if mark != "with-text":
        set_policy(vault, policy(mark=mark), based_on=1, reason="")
    assert (b"".join(leave(vault, "letter.txt").blocks()) != TEXT) == is_marked
    assert (b"".join(leave(vault, "letter.docx").blocks()) != DOCX) == (mark != "none")


def test_what_is_damaged_is_not_marked(memory: MemoryVault, vault: Vault) -> None:
    """A copy is made of a whole content, or not at all."""
    path = object_path(find_version(vault.catalog, "letter.txt")[1].object)
    sealed = memory.store.published[path]
    memory.store.published[path] = sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:]
    for channel, unchecked in ((EXPORT, False), (CAT, True)):
        with pytest.raises(Damaged):
            leave(vault, "letter.txt", channel, unchecked=unchecked)


def test_what_the_gate_says_before_and_without_marking(vault: Vault) -> None:
    """Before anything is read that copies will be marked; and nothing leaves of which no copy was marked."""
    wanted = find_versions(vault.catalog, ["letter.txt"])
    way = Way("d" * 32, EXPORT, "there")
    assert marks_verdicts(examine(vault, wanted, way, judge)[1]) == [PASSED]
    assert marks_verdicts(examine(vault, wanted, way, judge, {}, {})[1]) == [NEEDS]
    assert examine(vault, wanted, way, judge, {}, {})[1].outcome == REFUSED
    both = tuple(find_recipient(vault.catalog, name) for name in ("Dora", "Fred"))
    _request, decision = examine(vault, wanted, Way("d" * 32, PACKAGE, "", both), judge)
    assert marks_verdicts(decision) == [BLOCKED]


def marks_verdicts(decision: Decision) -> list[str]:
    return [one.outcome for one in decision.verdicts if one.check == "marks"]
