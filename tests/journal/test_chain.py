"""The chain: what was written is read back, and whatever is not what was written shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import SigningKey
from ipvault.journal.canonical import canonical
from ipvault.journal.chain import Chain, Lines
from ipvault.journal.commit import Draft
from ipvault.journal.head import ChainBroken, empty_head, leaf_hash
from ipvault.journal.leaf import UnknownVersion
from ipvault.journal.payload import FORGOTTEN
from tests.journal.journals import (
    ENROLS,
    RECORD_KEY,
    ROOM,
    SIGNER,
    SIGNING_KEY,
    VAULT,
    journals,
    plain,
    read,
    source,
    written,
)
from tests.support.mutations import mutated

JOURNAL = written([[ENROLS, plain("room")], [plain(), plain(), plain()], [plain("access")]])
OTHER_KEY = SigningKey(Secret(b"other".ljust(32)))


def is_noticed(original: list[bytes], altered: list[bytes]) -> bool:
    """Whether reading `altered` tells that it is not `original`.

    The chain is broken, or it ends elsewhere than the pin says, or a sealed part is gone: then the catalog looks for a
    record that says so.
    """
    try:
        transactions, head = read(altered)
    except (ChainBroken, UnknownVersion):
        return True
    is_emptied = any(entry.sealed == FORGOTTEN for transaction in transactions for entry in transaction)
    return is_emptied or head != read(original)[1]


@given(journals())
def test_what_was_written_is_read_back(lines: list[bytes]) -> None:
    """Every transaction comes out whole, in order, with its place in the file."""
    transactions, head = read(lines)
    entries = [entry for transaction in transactions for entry in transaction]
    assert [entry.leaf.raw + b"\t" + entry.sealed + b"\n" for entry in entries] == lines
    assert [entry.leaf.seq for entry in entries] == list(range(len(lines)))
    assert [entry.offset for entry in entries] == [len(b"".join(lines[:n])) for n in range(len(lines))]
    assert head == (len(lines) - 1, entries[-1].leaf.hash, len(b"".join(lines)))
    for transaction in transactions:
        assert [bool(entry.leaf.signature) for entry in transaction] == [False] * (len(transaction) - 1) + [True]


@given(journals(), st.data())
def test_any_single_mutation_is_noticed(lines: list[bytes], data: st.DataObject) -> None:
    """A bit flipped, bytes removed or put in, a line lost, doubled or in another place: it shows."""
    altered = data.draw(mutated(lines))
    if altered != lines:
        assert is_noticed(lines, altered)


def test_every_flipped_bit_is_noticed() -> None:
    """One bit of every byte of a journal, each flipped by itself, shows."""
    whole = b"".join(JOURNAL)
    for at in range(len(whole)):
        altered = bytearray(whole)
        altered[at] ^= 1 << at % 8
        assert is_noticed(JOURNAL, [bytes(altered)]), at


def test_truncation_at_every_byte() -> None:
    """A journal that ends too early is the journal up to its last whole commit, and the pin tells."""
    whole = b"".join(JOURNAL)
    heads = [empty_head(VAULT), *(read(JOURNAL[:count])[1] for count in (2, 5, 6))]
    assert heads[-1].offset == len(whole)
    for length in range(len(whole)):
        last = max(head for head in heads if head.offset <= length)
        chain = Chain(VAULT, last, {SIGNER: SIGNING_KEY.public.hex()})
        assert list(chain.transactions(source(whole[:length]))) == []
        assert chain.head == last != heads[-1]


@pytest.fixture
def _kept_to_the_founding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every transaction but the first is too large to be kept before its signature has been checked."""
    monkeypatch.setattr("ipvault.journal.chain.KEPT_UNSIGNED", len(JOURNAL[0]) + len(JOURNAL[1]))


LARGE = written([[plain() for _ in range(count)] for count in (5, 1, 4, 4)], after=JOURNAL[:2])


@pytest.mark.usefixtures("_kept_to_the_founding")
def test_a_large_transaction_is_read_as_any_other() -> None:
    """Whatever has to be read twice comes out once, whole and in order, with its place in the file."""
    transactions, head = read(LARGE)
    assert [len(transaction) for transaction in transactions] == [2, 5, 1, 4, 4]
    assert [entry.line for transaction in transactions for entry in transaction] == LARGE
    assert [entry.offset for entry in transactions[-1]] == [len(b"".join(LARGE[:count])) for count in range(12, 16)]
    assert head.offset == len(b"".join(LARGE))
    for count in range(3, 7):
        assert read(LARGE[:count])[1].seq == 1


@pytest.mark.usefixtures("_kept_to_the_founding")
@given(st.data())
def test_any_mutation_of_a_large_transaction_is_noticed(data: st.DataObject) -> None:
    """As in small ones, also where the signature alone is wrong."""
    altered = data.draw(mutated(LARGE))
    if altered != LARGE:
        assert is_noticed(LARGE, altered)
    with pytest.raises(ChainBroken, match="signature is wrong"):
        read(written([[plain() for _ in range(5)]], after=JOURNAL[:2], key=OTHER_KEY))


def test_what_founds_a_vault_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first transaction enrols its own signer, so it has to be kept: one too large for that is refused."""
    monkeypatch.setattr("ipvault.journal.chain.KEPT_UNSIGNED", len(JOURNAL[0]) + len(JOURNAL[1]) - 1)
    with pytest.raises(ChainBroken, match="more than what founds a vault") as caught:
        read(JOURNAL)
    assert caught.value.seq == 1
    assert read(JOURNAL[:1])[1] == empty_head(VAULT)


@pytest.mark.parametrize("tail", [b"\n", b"x", b"{}\t-\n", JOURNAL[0], JOURNAL[-1]])
def test_a_complete_line_that_is_wrong_is_no_torn_write(tail: bytes) -> None:
    """What follows the last commit is a torn write only if it has no line feed or is a record that could follow."""
    if tail.endswith(b"\n"):
        with pytest.raises(ChainBroken):
            read([*JOURNAL, tail])
    else:
        assert read([*JOURNAL, tail])[1] == read(JOURNAL)[1]


def test_a_hole_of_zeros_is_a_torn_write() -> None:
    """A power cut can lose any part of a write that was under way: what is left of it, signature included, is torn."""
    tail = written([[plain(), plain(), plain()]], after=JOURNAL)[len(JOURNAL) :]
    assert read([*JOURNAL, *tail])[1].seq == 8
    for first, end in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        holed = [bytes(len(line)) if first <= number < end else line for number, line in enumerate(tail)]
        partly = [b"".join(tail)[:200], bytes(100), b"".join(tail)[300:]]
        for lost in (holed, partly, [bytes(100)], [bytes(100) + b"\n"]):
            assert read([*JOURNAL, *lost])[1] == read(JOURNAL)[1]


@pytest.mark.parametrize("more", [bytes(1000), bytes(999) + b"\n", b"x" * 500 + bytes(499) + b"\n"])
def test_of_a_long_hole_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    """Anybody can append a hole of terabytes, which is a torn write like others: no command reads to its end."""
    monkeypatch.setattr("ipvault.journal.chain.MOST_HOLES", 10_000)
    taken = 0

    def lines(offset: int) -> Lines:
        nonlocal taken
        yield from source(b"".join(JOURNAL))(offset)
        for _ in range(1_000):
            taken += 1
            yield more

    chain = Chain(VAULT, empty_head(VAULT), {})
    assert [len(transaction) for transaction in chain.transactions(lines)] == [len(one) for one in read(JOURNAL)[0]]
    assert chain.head == read(JOURNAL)[1]
    assert taken == 10


def test_zeros_elsewhere_are_tampering() -> None:
    """Zeros in a record that others were committed after cannot come from a power cut."""
    tail = written([[plain()], [plain()]], after=JOURNAL)[len(JOURNAL) :]
    assert read([*JOURNAL, *tail])[1].seq == 7
    for line in (bytes(len(tail[0])), tail[0][:50] + b"\0" + tail[0][51:], bytes(99) + b"\n"):
        with pytest.raises(ChainBroken):
            read([*JOURNAL, line, *tail])
    with pytest.raises(ChainBroken):
        read([*JOURNAL[:3], bytes(len(JOURNAL[3]) - 1) + b"\n", *JOURNAL[4:]])


def test_unsigned_records_at_the_end_are_a_torn_write() -> None:
    """Records whose commit is missing are not part of the journal, and the head does not move past them."""
    for count in (2, 3, 4):
        transactions, head = read(JOURNAL[:count])
        assert len(transactions) == 1
        assert head.seq == 1


def reforged(change: Callable[[dict[str, Any]], object], at: int) -> list[bytes]:
    """The journal with the leaf at `at` changed and every hash after it made anew, as somebody can who has no key."""
    lines: list[bytes] = []
    previous = empty_head(VAULT).hash
    for number, line in enumerate(JOURNAL):
        raw, _tab, sealed = line[:-1].partition(b"\t")
        members = json.loads(raw)
        if number == at:
            change(members)
        members["p"] = previous
        raw = canonical(members)
        lines.append(raw + b"\t" + sealed + b"\n")
        previous = leaf_hash(raw)
    return lines


@pytest.mark.parametrize("at", range(len(JOURNAL)))
@pytest.mark.parametrize("name", ["c", "e", "k", "m", "r", "t"])
def test_hashes_made_anew_do_not_help(at: int, name: str) -> None:
    """Whoever alters a record and makes all hashes fit again fails at the next signature."""
    others = {"e": 2, "k": "policy", "r": "0" * 32, "t": "2020-01-01T00:00:00.000Z"}
    assert reforged(dict, at) == JOURNAL
    with pytest.raises(ChainBroken) as caught:
        read(reforged(lambda members: members.update({name: others.get(name, "0" * 64)}), at))
    commit = next(end for end in (1, 4, 5) if end >= at)
    shows_by_itself = name == "c" or (name, at) == ("k", 0)  # only a record of its class enrols a signer
    if (name, at) == ("k", 1):
        commit = 0  # which says more than what founds a vault
    assert caught.value.seq == (at if shows_by_itself else commit)


def test_a_transaction_cannot_lose_its_end() -> None:
    """Without its signature a transaction runs into the next, whose signature does not cover that."""
    with pytest.raises(ChainBroken):
        read(reforged(lambda members: [members.pop(name) for name in ("by", "sig")], 4))


def test_the_signer_must_be_enrolled() -> None:
    """A commit by somebody who is not a member, or signed with another key than his, is refused."""
    stranger = written([[plain("room")]], signer="d" * 64)
    with pytest.raises(ChainBroken, match="not a member"):
        read(stranger)
    assert read(stranger, {"d" * 64: SIGNING_KEY.public.hex()})[1].seq == 0
    for lines in (written([[ENROLS]], key=OTHER_KEY), written([[plain("room")]], key=OTHER_KEY)):
        with pytest.raises(ChainBroken, match="signature"):
            read(lines, {SIGNER: SIGNING_KEY.public.hex()})


@pytest.mark.parametrize("kind", ["item", "access", "auth", "repair", "anchor", "policy", "governance", "forget"])
def test_the_first_transaction_founds_the_vault_and_nothing_else(kind: str) -> None:
    """Nobody had a right to write anything yet, so it holds no documents and nothing that anybody did with them."""
    record = replace(plain(kind), facts={"records": [0]}) if kind == "forget" else plain(kind)
    assert read(written([[ENROLS, plain("room")], [record]]))[1].seq == 2
    with pytest.raises(ChainBroken, match="founds a vault"):
        read(written([[ENROLS, plain("room"), record]]))


@pytest.mark.parametrize("public", ["", "00", "zz" * 32, "0" * 66])
def test_a_malformed_signing_key(public: str) -> None:
    """A member whose public key is no key can sign nothing."""
    with pytest.raises(ChainBroken, match="malformed"):
        read(written([[plain("room")]]), {SIGNER: public})


def test_a_member_has_one_signing_key() -> None:
    """A record that gives a member a second key is refused; one that repeats his key is not."""
    again = Draft("member", ROOM, 1, RECORD_KEY, {}, facts={"key": OTHER_KEY.public.hex(), "member": SIGNER})
    assert read(written([[ENROLS], [ENROLS]]))[1].seq == 1
    with pytest.raises(ChainBroken, match="second signing key"):
        read(written([[ENROLS], [again]]))


def test_a_journal_belongs_to_one_vault() -> None:
    """The journal of another vault, or a commit copied out of it, is refused even with the same signer."""
    other = written([[ENROLS], [plain()]], vault="d" * 32)
    with pytest.raises(ChainBroken):
        read(other)
    raw, _tab, sealed = other[0][:-1].partition(b"\t")
    members = json.loads(raw) | {"p": empty_head(VAULT).hash}
    with pytest.raises(ChainBroken, match="signature"):
        read([canonical(members) + b"\t" + sealed + b"\n"])


def test_a_fork_has_another_head() -> None:
    """Two journals with a common beginning never have the same head."""
    one, other = (written([[plain(note=note)]], after=JOURNAL) for note in ("one", "other"))
    assert one[:-1] == other[:-1] == JOURNAL
    assert read(one)[1].seq == read(other)[1].seq
    assert read(one)[1].hash != read(other)[1].hash


def test_where_it_broke_is_said() -> None:
    """The error names the record at which it shows."""
    for at in range(len(JOURNAL)):
        raw, _tab, sealed = JOURNAL[at][:-1].partition(b"\t")
        altered = raw + b"\t" + sealed[:-8] + b"AAAAAAA=" + b"\n"
        assert altered != JOURNAL[at]
        with pytest.raises(ChainBroken) as caught:
            read([*JOURNAL[:at], altered, *JOURNAL[at + 1 :]])
        assert caught.value.seq == at
