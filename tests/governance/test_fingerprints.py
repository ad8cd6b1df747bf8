"""The vault's own documents, recognised inside other files."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from unittest.mock import patch

import pytest
from hypothesis import given, strategies as st

from ipvault.catalog.address import find_item
from ipvault.crypto.secret import Secret
from ipvault.governance.dlp.fingerprints import SAME, Shingles, words_of
from ipvault.governance.dlp.index import recognisable, size_of_new
from ipvault.governance.dlp.rules.reading import shipped
from ipvault.governance.dlp.scan import scan
from ipvault.records.vocabulary import MAIN
from ipvault.vault.findings import Finding
from ipvault.vault.ingest import Description, add
from ipvault.vault.items import Changes, describe, erase
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Vault
from tests.governance import made_documents as made
from tests.support.memory_vault import MemoryVault

VOCABULARY = [f"{first}{second}" for first in ("cera", "roto", "hous", "duct", "blad", "heat") for second in range(60)]


def text_of(count: int, seed: int) -> str:
    """So many words, which no other seed gives in this order."""
    return " ".join(random.Random(seed).choices(VOCABULARY, k=count))  # noqa: S311  # nothing is kept secret with it


CLAIMS = text_of(400, 1)
PLAN = text_of(400, 2)


def store(vault: Vault, name: str, text: str, label: str = "confidential") -> None:
    """Put a document into the vault."""
    source = Source(name, None, Pipe(io.BytesIO(text.encode())))
    add(vault, [source], room=MAIN, description=Description(label, "other"))


@pytest.fixture
def vault() -> Vault:
    """A vault with a confidential document, a secret one, and one that is not recognised."""
    vault = MemoryVault.create().open()
    store(vault, "claims.txt", CLAIMS)
    store(vault, "plan.txt", PLAN, "secret")
    store(vault, "flyer.txt", text_of(400, 3), "internal")
    return vault


def traces(vault: Vault, data: bytes, without: str = "") -> Sequence[Finding]:
    """What of the vault is found in a document."""
    known = recognisable(vault).fingerprints
    if without:
        known = known.without(find_item(vault.catalog, without).id)
    return [one for one in scan([data], "x", shipped(), known).findings if one.rule.startswith("vault-")]


def told(vault: Vault, data: bytes) -> list[tuple[str, str, str]]:
    """The same: severity, place and what is said."""
    return [(one.severity, one.place, one.match) for one in traces(vault, data)]


@given(st.integers(0, 10**6), st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_forty_words_in_a_row_are_recognised(seed: int, before: int, behind: int, other: int) -> None:
    """Two texts that have forty words in a row in common have a shingle in common, whatever stands around them."""
    shingles = Shingles(Secret(bytes(32)))
    common = text_of(SAME, seed)
    one = f"{text_of(before, seed + 1)} {common} {text_of(behind, seed + 2)}"
    another = f"{text_of(other, seed + 3)} {common.upper()}, {text_of(before, seed + 4)}"
    hashes = [{shingle for _place, shingle in shingles.of(words_of(text))} for text in (one, another)]
    assert hashes[0] & hashes[1]


def test_few_shingles_are_kept() -> None:
    """Of a long text at most every eighth shingle counts, and texts with nothing in common share none."""
    shingles = Shingles(Secret(bytes(32)))
    kept = [{shingle for _place, shingle in shingles.of(words_of(text_of(20_000, seed)))} for seed in (8, 9)]
    assert all(20_000 / 29 < len(one) < 20_000 / 8 for one in kept)
    assert not kept[0] & kept[1]


def test_the_hashes_are_keyed() -> None:
    """With another key they are others, so that nobody can try out texts on an index."""
    hashes = [{h for _place, h in Shingles(Secret(bytes([n]) * 32)).of(words_of(CLAIMS))} for n in (1, 2)]
    assert not hashes[0] & hashes[1]


def test_words_are_compared_without_case_and_signs() -> None:
    """Punctuation, line ends and case are nothing; letters of other scripts are words."""
    assert words_of("The “Widget”—its\nBLADES_x, (42).") == words_of("the widget its blades x 42")
    assert len(words_of("发明涉及")) == 4


def test_passages_are_found_and_counted(vault: Vault) -> None:
    """A letter with two passages of a confidential document says so, with the place of the first."""
    words = CLAIMS.split()
    letter = f"Dear Bob,\n\n{' '.join(words[:60])}\n{text_of(300, 7)}\n{' '.join(words[200:260])}"
    assert told(vault, letter.encode()) == [("medium", "line 3", "2 passages of claims.txt@1")]


def test_a_secret_document_is_graver(vault: Vault) -> None:
    """A passage of a secret document is of high severity, and one of an internal document is none."""
    assert told(vault, PLAN[300:1500].encode())[0][0] == "high"
    assert told(vault, text_of(400, 3).encode()) == []


def test_passages_inside_other_formats(vault: Vault) -> None:
    """A passage that was set into a DOCX is found in it, by its paragraph."""
    document = made.docx(**{"word/document.xml": f"<d xmlns:w='w'><w:p>one</w:p><w:p>{CLAIMS[:1200]}</w:p></d>"})
    assert told(vault, document) == [("medium", "paragraph 2", "1 passage of claims.txt@1")]


def test_whole_files_are_found_inside_others(vault: Vault) -> None:
    """A document of the vault is recognised in an archive in an e-mail, and as what it is itself."""
    message = made.mail(("x.zip", made.packed({"renamed.txt": PLAN})))
    assert ("high", "attachment x.zip, file renamed.txt", "all of plan.txt@1") in told(vault, message)
    assert told(vault, CLAIMS.encode()) == [("medium", "the whole file", "all of claims.txt@1")]


def test_a_document_is_no_finding_in_itself(vault: Vault) -> None:
    """A document of the vault is searched for others, and not for itself."""
    assert traces(vault, CLAIMS.encode(), without="claims.txt") == []
    assert len(traces(vault, (CLAIMS + PLAN).encode(), without="claims.txt")) == 1


def test_the_index_grows_with_the_vault(vault: Vault) -> None:
    """Documents are read once; a new one is read when it is there, and one that was erased is recognised no more."""
    assert size_of_new(vault) == len(CLAIMS) + len(PLAN)
    recognisable(vault)
    assert size_of_new(vault) == 0
    store(vault, "new.txt", text_of(400, 4))
    assert size_of_new(vault) == len(text_of(400, 4))
    assert len(traces(vault, text_of(400, 4)[:1200].encode())) == 1
    erase(vault, find_item(vault.catalog, "plan.txt"), [1], reason="")
    assert traces(vault, PLAN[:1200].encode()) == []
    assert len(traces(vault, CLAIMS[:1200].encode())) == 1


def test_a_lower_label_ends_it(vault: Vault) -> None:
    """A document that is internal now is recognised no more."""
    assert len(traces(vault, PLAN[:1200].encode())) == 1
    describe(vault, ["plan.txt"], Changes(label="internal"))
    assert traces(vault, PLAN[:1200].encode()) == []


def test_the_index_is_sealed(vault: Vault) -> None:
    """What is kept holds no word and no name of a document, and one that was altered is made anew."""
    found = told(vault, CLAIMS[:1200].encode())
    name = f"{vault.member}.passages"
    file = vault.store.open_cache(name)
    assert file is not None
    kept = file.read()
    assert not any(word in kept for word in (b"claims", b"plan", VOCABULARY[0].encode()))
    for altered in (kept[:-1] + bytes([kept[-1] ^ 1]), kept[:40], b""):
        vault.store.write_cache(name, altered)
        assert size_of_new(vault) == len(CLAIMS) + len(PLAN)
        assert told(vault, CLAIMS[:1200].encode()) == found


def test_what_cannot_be_read_is_counted(vault: Vault) -> None:
    """A document whose text cannot be read is told as one whose passages are not recognised; its hash still is."""
    source = Source("scan.png", None, Pipe(io.BytesIO(b"\x89PNG\r\n\x1a\n")))
    add(vault, [source], room=MAIN, description=Description("secret", "other"))
    assert len(recognisable(vault).unread) == 1
    assert told(vault, b"\x89PNG\r\n\x1a\n") == [("high", "the whole file", "all of scan.png@1")]


def test_what_could_not_be_read_is_tried_again(vault: Vault) -> None:
    """A PDF that was not read for want of pypdf is read as soon as it is there."""
    pdf = made.pdf(CLAIMS[:1500])
    add(vault, [Source("a.pdf", None, Pipe(io.BytesIO(pdf)))], room=MAIN, description=Description("secret", "other"))
    with (
        patch.dict("sys.modules", {"pypdf": None}),
        patch("ipvault.governance.dlp.index.find_spec", lambda _name: None),
    ):
        assert len(recognisable(vault).unread) == 1
        assert size_of_new(vault) == 0
    assert size_of_new(vault) == len(pdf)
    assert recognisable(vault).unread == ()
