"""Notes and checkpoints: the published examples, what is signed, and everything that must not count."""

from __future__ import annotations

import hashlib
import re
import struct
from base64 import b64decode

import pytest

from ipvault.crypto.signing import VerifyingKey, verifies_post_quantum
from ipvault.journal.checkpoint import ED25519, MAX_SIZE, Checkpoint, TreeHead, origin_of, witness_name
from ipvault.journal.note import MAX_NOTE, MAX_SIGNATURES, MalformedNote, Note, NoteSignature, key_id
from ipvault.journal.proof import Continuation, Inclusion, parse_proof
from ipvault.journal.tree import MAX_PROOF
from ipvault.keys.identity import Identity
from tests.support.memory_vault import SeededRandom

ADA, BOB = (Identity.generate(SeededRandom(name)) for name in (b"ada", b"bob"))
ORIGIN = origin_of("a" * 32, 1)
HEAD = TreeHead(ORIGIN, 12, bytes(range(32)))
SIGNED = Checkpoint.sign(HEAD, ADA, 1_800_000_000)
COSIGNED = SIGNED.cosign(BOB, 1_800_000_060)

QUASIMODO = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore \
NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
"""The example of c2sp.org/signed-note."""

NEUMANN = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
NEUMANN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""The example of golang.org/x/mod/sumdb/note, and the key that signed it."""


def test_the_published_note_is_read() -> None:
    """A text with empty lines in it is separated from its signatures at the last; written again it is the same."""
    note = Note.parse(QUASIMODO.encode())
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [line.name for line in note.signatures] == ["quasimodo.example/salvatore"]
    assert str(note) == QUASIMODO


def test_the_published_signature_is_right() -> None:
    """The id of a key and what an Ed25519 signature covers are those of the specification."""
    note = Note.parse(NEUMANN.encode())
    name, id_, key = NEUMANN_KEY.split("+", 2)
    algorithm, public = b64decode(key)[0], b64decode(key)[1:]
    assert algorithm == ED25519
    (line,) = note.signatures
    assert (line.name, line.key_id) == (name, key_id(name, algorithm, public)) == (name, bytes.fromhex(id_))
    assert VerifyingKey(public).verifies(line.signature, note.text.encode())


@pytest.mark.parametrize(
    "altered",
    [
        QUASIMODO.removesuffix("\n"),
        QUASIMODO.replace("\n\n— ", "\n— "),
        QUASIMODO.replace("— ", "- "),
        QUASIMODO.replace("quasimodo.example", "quasi+modo"),
        QUASIMODO.replace("quasimodo.example", "quasi\u00a0modo"),
        QUASIMODO.replace("Ognuno", "Ognuno\t"),
        QUASIMODO.replace("Ognuno", "\x1b[2J"),
        QUASIMODO.replace("tIc=", "tId="),
        QUASIMODO.replace("tIc=", "tIc"),
        QUASIMODO + "\n",
        QUASIMODO + "— short AAAAAA==\n",
        "",
        "\n",
        "text\n\n",
        QUASIMODO + QUASIMODO.splitlines()[-1].join(("", "\n")) * MAX_SIGNATURES,
        "x" * MAX_NOTE + QUASIMODO,
    ],
)
def test_what_is_no_note_is_refused(altered: str) -> None:
    """Other separators, names that nobody may have, controls, other base64, too many signatures, too many bytes."""
    with pytest.raises(MalformedNote):
        Note.parse(altered.encode())


def test_a_note_is_utf_8() -> None:
    """Bytes that are not are refused."""
    with pytest.raises(MalformedNote):
        Note.parse(QUASIMODO.encode("latin-1", errors="replace"))


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    """Its text has three lines; both kinds of signature are kept."""
    assert str(COSIGNED).startswith(f"{ORIGIN}\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— {ORIGIN} ")
    assert Checkpoint.parse(str(COSIGNED).encode()) == COSIGNED
    assert [line.name for line in COSIGNED.signatures] == [ORIGIN] * 2 + [witness_name(BOB.public.fingerprint)] * 2


def test_who_signed() -> None:
    """A member counts as the log, a witness as witness, and nobody else as either."""
    assert SIGNED.is_signed_by(ADA.public)
    assert SIGNED.is_signed_with(ADA.public.ed25519)
    assert not SIGNED.is_signed_by(BOB.public)
    assert not SIGNED.is_signed_with(BOB.public.ed25519)
    assert COSIGNED.cosigned_at(BOB.public) == 1_800_000_060
    assert COSIGNED.cosigned_at(ADA.public) is None
    assert SIGNED.cosigned_at(BOB.public) is None
    assert not COSIGNED.is_signed_by(BOB.public)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("change", ["flip", "drop", "truncate", "foreign head"])
def test_both_signatures_have_to_be_right(number: int, change: str) -> None:
    """With any one of the two lines altered, missing, cut or of another head, the statement does not count."""
    lines = list(COSIGNED.signatures)
    line = lines[number]
    if change == "flip":
        lines[number] = line._replace(signature=line.signature[:-1] + bytes((line.signature[-1] ^ 1,)))
    elif change == "truncate":
        lines[number] = line._replace(signature=line.signature[:-1])
    elif change == "drop":
        del lines[number]
    else:
        other = Checkpoint.sign(HEAD._replace(size=13), ADA, 1_800_000_000).cosign(BOB, 1_800_000_060)
        lines[number] = other.signatures[number]
    altered = Checkpoint(HEAD, tuple(lines))
    assert altered.is_signed_by(ADA.public) is (number >= 2)
    assert (altered.cosigned_at(BOB.public) is not None) is (number < 2)


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    """As C2SP asks: a right one beside it does not help."""
    for line in COSIGNED.signatures:
        wrong = line._replace(signature=bytes(len(line.signature)))
        for lines in ((*COSIGNED.signatures, wrong), (wrong, *COSIGNED.signatures)):
            altered = Checkpoint(HEAD, lines)
            assert not (altered.is_signed_by(ADA.public) and altered.cosigned_at(BOB.public))


def test_lines_of_strangers_are_ignored() -> None:
    """Whoever adds lines in other names changes nothing, and they can be left out."""
    stranger = NoteSignature("example.com/stranger", bytes(4), bytes(64))
    colliding = NoteSignature(ORIGIN, bytes(4), bytes(64))
    noisy = Checkpoint(HEAD, (stranger, *COSIGNED.signatures, colliding))
    assert noisy.is_signed_by(ADA.public)
    assert noisy.cosigned_at(BOB.public)
    assert noisy.only_of(ADA.public, BOB.public) == COSIGNED
    assert noisy.only_of(ADA.public) == SIGNED


@pytest.mark.parametrize(
    "head",
    [HEAD._replace(origin=origin_of("a" * 32, 2)), HEAD._replace(size=13), HEAD._replace(root=bytes(32))],
    ids=["origin", "size", "root"],
)
def test_nothing_of_a_head_can_be_altered(head: TreeHead) -> None:
    """The signatures cover all three lines, those of a witness too."""
    altered = COSIGNED._replace(head=head)
    assert not altered.is_signed_by(ADA.public)
    assert altered.cosigned_at(BOB.public) is None


@pytest.mark.parametrize(
    "text",
    [
        HEAD.text.replace("12", "012"),
        HEAD.text.replace("12", "-1"),
        HEAD.text.replace("12", str(MAX_SIZE + 1)),
        HEAD.text + "an extension\n",
        HEAD.text.replace("8=", "8"),
        HEAD.text.replace("AAEC", "AAE"),
        HEAD.text.replace("ipvault.vault", "example.com"),
        HEAD.text.replace("/a", "/A"),
        HEAD.text.replace(ORIGIN, f"{ORIGIN}/1"),
        HEAD.text.replace(ORIGIN, f"{ORIGIN}/02"),
        HEAD.text.replace("12\n", ""),
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    """One way to write numbers and hashes, names of vaults only, no extension lines."""
    with pytest.raises(MalformedNote):
        TreeHead.parse(text)


def test_incarnations_are_logs_of_their_own() -> None:
    """After an accepted rollback the origin is another one, of the same vault."""
    again = TreeHead.parse(HEAD._replace(origin=origin_of("a" * 32, 12)).text)
    assert (again.origin, again.vault) == (f"{ORIGIN}/12", "a" * 32)


def test_a_continuation_is_read_as_it_was_written() -> None:
    """Old size, hashes, an empty line, a checkpoint; also without hashes."""
    for path in ((), (bytes(32), bytes(range(32)))):
        continuation = Continuation(7, path, COSIGNED)
        assert Continuation.parse(str(continuation).encode()) == continuation
        inclusion = Inclusion(7, path, COSIGNED)
        assert str(inclusion).startswith("c2sp.org/tlog-proof@v1\nindex 7\n")
        assert parse_proof(str(inclusion).encode()) == inclusion
        assert parse_proof(str(continuation).encode()) == continuation


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        ("^old 7", "old 07"),
        ("^old 7", "old -1"),
        ("^old 7", "OLD 7"),
        ("^old 7\n", ""),
        ("AAAA=\n", "AAAA\n"),
        ("AAAA=\n\n", "AAAA=\n"),
        ("AAAA=\n\n", "AAAA=\n" + "AAAA=\n" * 2 + "\n"),
        ("AAAA=\n\n", "AAAA=\n" + ("A" * 43 + "=\n") * MAX_PROOF + "\n"),
        ("AAAA=", "AAAAé="),
    ],
)
def test_what_is_no_continuation_is_refused(pattern: str, instead: str) -> None:
    """Other numbers, other base64, more hashes than any proof has."""
    text = str(Continuation(7, (bytes(32),), COSIGNED))
    altered = re.sub(pattern, instead, text, count=1)
    assert altered != text
    with pytest.raises(MalformedNote):
        Continuation.parse(altered.encode())
    with pytest.raises(MalformedNote):
        parse_proof(altered.replace("old ", "c2sp.org/tlog-proof@v1\nindex ", 1).encode())


def test_the_lines_cover_what_c2sp_prescribes() -> None:
    """Written down from tlog-cosignature by hand: types, key ids, and the three messages."""
    name = f"ipvault.witness/{BOB.public.fingerprint}"
    time = 1_800_000_060
    text = HEAD.text.encode()
    of_log, of_log_quantum, of_witness, of_witness_quantum = COSIGNED.signatures
    for line, type_, key in (
        (of_log, 1, ADA.public.ed25519),
        (of_log_quantum, 6, ADA.public.mldsa44),
        (of_witness, 4, BOB.public.ed25519),
        (of_witness_quantum, 6, BOB.public.mldsa44),
    ):
        assert line.key_id == hashlib.sha256(line.name.encode() + b"\n" + bytes((type_,)) + key).digest()[:4]
    assert VerifyingKey(ADA.public.ed25519).verifies(of_log.signature, text)
    assert of_witness.signature[:8] == of_witness_quantum.signature[:8] == struct.pack(">Q", time)
    message = b"cosignature/v1\ntime 1800000060\n" + text
    assert VerifyingKey(BOB.public.ed25519).verifies(of_witness.signature[8:], message)
    for line, signer, seconds in (
        (of_log_quantum, ADA, 1_800_000_000),
        (of_witness_quantum, BOB, time),
    ):
        cosigner = (ORIGIN if signer is ADA else name).encode()
        message = struct.pack(
            f">12sB{len(cosigner)}sQB{len(ORIGIN)}sQQ32s",
            b"subtree/v1\n\0",
            len(cosigner),
            cosigner,
            seconds,
            len(ORIGIN),
            ORIGIN.encode(),
            0,
            12,
            bytes(range(32)),
        )
        assert verifies_post_quantum(signer.public.mldsa44, line.signature[8:], message)
