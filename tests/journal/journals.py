"""Journals in memory: made by the real writer, read by the real chain, without a vault around them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import SigningKey
from ipvault.journal.chain import Chain, Entry, Lines
from ipvault.journal.commit import Draft, sign_transaction
from ipvault.journal.head import Head, empty_head
from ipvault.journal.payload import Fields
from ipvault.vault.journal_file import lines_from
from tests.journal.strategies import NAMES, TEXT
from tests.support.memory_vault import SeededRandom

VAULT: Final = "a" * 32
ROOM: Final = "b" * 32
RECORD_KEY: Final = Secret(bytes(range(32)))
SIGNING_KEY: Final = SigningKey(Secret(bytes(32)))
SIGNER: Final = "c" * 64
ENROLS: Final = Draft(
    "member", ROOM, 1, RECORD_KEY, {"kind": "x"}, facts={"key": SIGNING_KEY.public.hex(), "member": SIGNER}
)


def plain(kind: str = "item", note: str = "") -> Draft:
    """A record that nothing is special about."""
    return Draft(kind, ROOM, 1, RECORD_KEY, {"kind": "x", "note": note})


_KINDS = st.sampled_from(["item", "access", "auth"])
_FIELDS: st.SearchStrategy[Fields] = st.dictionaries(NAMES, TEXT, max_size=2).map(lambda fields: {**fields})
DRAFTS = st.lists(
    st.builds(lambda kind, fields: Draft(kind, ROOM, 1, RECORD_KEY, fields), _KINDS, _FIELDS), min_size=1, max_size=3
)


@st.composite
def journals(draw: st.DrawFn) -> list[bytes]:
    """The lines of a journal whose first record enrols its only signer."""
    return written([[ENROLS], *draw(st.lists(DRAFTS, min_size=1, max_size=4))])


def written(
    transactions: Sequence[Sequence[Draft]],
    *,
    after: Sequence[bytes] = (),
    vault: str = VAULT,
    signer: str = SIGNER,
    key: SigningKey = SIGNING_KEY,
) -> list[bytes]:
    """The lines of a journal with these transactions, `after` others or from its beginning."""
    journal, random = list(after), SeededRandom()
    head = read(after)[1] if after else empty_head(vault)
    for number, drafts in enumerate(transactions):
        time = f"2026-01-01T00:00:00.{number:03}Z"
        lines, head = sign_transaction(vault, head, drafts, signer=signer, key=key, time=time, random=random)
        journal += lines
    return journal


def source(data: bytes) -> Callable[[int], Lines]:
    """What a chain reads a journal of these bytes from."""
    return partial(lines_from, io.BytesIO(data))


def read(lines: Sequence[bytes], signers: dict[str, str] | None = None) -> tuple[list[list[Entry]], Head]:
    """The transactions in `lines`, as they stand in a file, and the head after them."""
    chain = Chain(VAULT, empty_head(VAULT), dict(signers or {}))
    transactions = list(chain.transactions(source(b"".join(lines))))
    for one, other in pairwise(transactions):
        assert one[-1].leaf.seq + 1 == other[0].leaf.seq
    return transactions, chain.head
