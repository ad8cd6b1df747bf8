"""Making a bundle: the files of which it consists, one after the other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import NamedTuple

from ipvault.catalog.address import root_room
from ipvault.catalog.roster import public_identity
from ipvault.cells import csv_table
from ipvault.crypto.pae import pae
from ipvault.evidence.bundle.anchors import Anchored, collect_anchors
from ipvault.evidence.bundle.contents import Contents, Shown, collect
from ipvault.evidence.bundle.disclosure import Disclosure
from ipvault.evidence.bundle.heads import FIELD
from ipvault.evidence.bundle.readme import readme
from ipvault.evidence.bundle.scripts import scripts
from ipvault.evidence.bundle.table import TABLE, Row, table
from ipvault.evidence.heads import sign_head
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.head import Head
from ipvault.keys.card import Card
from ipvault.keys.identity import PublicIdentity
from ipvault.records.access import EvidenceReleased
from ipvault.vault.clock import timestamp
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

LOG_COLUMNS = ("record", "time", "class", "signer", "withheld", "rule", "basis")

OpenTree = Callable[[Head], AbstractContextManager[JournalTree]]
"""Gives the tree of the journal up to a head that was checked."""


class Bundle(NamedTuple):
    """What a bundle came to: its chosen records, those of them that are withheld, where the journal says so, and the
    timestamps that are not in it because they prove nothing.
    """

    records: list[int]
    withheld: list[int]
    head: Head
    left_out: list[str]


def make_bundle(
    vault: Vault,
    seqs: Iterable[int],
    disclosure: Disclosure,
    open_tree: OpenTree,
    put: Callable[[str, bytes], None],
    *,
    trusted: Sequence[Card],
    destination: str,
    reason: str,
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> Bundle:
    """Record what is about to be shown to others, then `put` the files of the bundle, each with its path.

    What witnesses signed is in it as far as they are among the `trusted`; `more` are other files, by their paths.
    Raises `NoSuchRecord` or `JournalBroken`.
    """
    chosen = sorted({*seqs})
    with open_tree(vault.catalog.head) as tree, vault.store.open_journal() as journal:
        contents = collect(vault, journal, tree, chosen, disclosure)
    withheld = [seq for seq in chosen if contents.shown[seq].ground]
    record = EvidenceReleased(
        records=tuple(chosen),
        withheld=tuple(withheld),
        shown=tuple(sorted(disclosure.shown)),
        destination=destination,
        reason=reason,
    )
    with transaction(vault) as change:
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    with open_tree(head) as tree:
        anchored = collect_anchors(vault, tree, contents, chosen, trusted)
        _Writer(vault, contents, anchored, chosen, disclosure, tree, put).write(reason, more)
    return Bundle(chosen, withheld, head, anchored.left_out)


class _Writer:
    """Writes the files, and the list of their hashes last."""

    def __init__(
        self,
        vault: Vault,
        contents: Contents,
        anchored: Anchored,
        chosen: list[int],
        disclosure: Disclosure,
        tree: JournalTree,
        put: Callable[[str, bytes], None],
    ) -> None:
        self._vault = vault
        self._contents = contents
        self._anchored = anchored
        self._chosen = chosen
        self._disclosure = disclosure
        self._tree = tree
        self._put = put
        self._sums: dict[str, str] = {}

    def write(self, reason: str, more: Mapping[str, bytes]) -> None:
        vault, contents, size = self._vault, self._contents, self._tree.size
        self._add("vault", f"{vault.id}\n".encode())
        self._add("maker", f"{vault.member}\n".encode())
        for signer in sorted(contents.signers | {vault.member}):
            self._add_keys(f"signers/{signer}", public_identity(vault.catalog, signer))
        self._add(f"heads/{size}/checkpoint", str(sign_head(vault, self._tree)).encode())
        for seq, leaf in sorted(contents.leaves.items()):
            self._add(f"leaves/{seq}", leaf.raw)
            if leaf.signer or seq in contents.shown or (leaf.kind == "member" and leaf.facts):
                self._add_hashes(f"heads/{size}/proofs/{seq}", self._tree.inclusion(seq))
        for checkpoint in self._anchored.heads:
            self._add(f"heads/{checkpoint.head.size}/checkpoint", str(checkpoint).encode())
            hashes = self._tree.consistency(checkpoint.head.size)
            self._add_hashes(f"heads/{checkpoint.head.size}/consistency", hashes)
        for card in self._anchored.witnesses:
            self._add_keys(f"witnesses/{card.fingerprint}", card.public)
        for stamp in self._anchored.stamps:
            self._add(f"timestamps/{stamp.id}/of", f"{stamp.of}\n".encode())
            for name, data in stamp.evidence.files().items():
                self._add(f"timestamps/{stamp.id}/{name}", data)
        for seq, shown in sorted(contents.shown.items()):
            if shown.fields is not None:
                self._add(f"fields/{seq}", b"".join(map(_line, shown.fields.values())))
        self._add("privilege-log.csv", _privilege_log(vault, contents, self._disclosure).encode())
        self._add("bundle.json", self._description(reason))
        self._add(TABLE, table(vault.id, (_row(contents.shown[seq]) for seq in self._chosen)))
        self._add("README.txt", readme(vault, size, self._chosen, contents, reason).encode())
        for name, text in scripts().items():
            self._add(name, text)
        for name, text in more.items():
            self._add(name, text)
        self._sign()

    def _add(self, path: str, data: bytes) -> None:
        self._put(path, data)
        self._sums[path] = hashlib.sha256(data).hexdigest()

    def _add_keys(self, folder: str, public: PublicIdentity) -> None:
        for name, key in public._asdict().items():
            self._add(f"{folder}/{name}", key)

    def _add_hashes(self, path: str, hashes: Iterable[bytes]) -> None:
        self._add(path, "".join(f"{digest.hex()}\n" for digest in hashes).encode())

    def _sign(self) -> None:
        sums = "".join(f"{digest}  {path}\n" for path, digest in sorted(self._sums.items())).encode()
        vault, identity = self._vault.id, self._vault.identity
        post_quantum = identity.post_quantum_key.sign(pae("bundle", vault, sums))
        self._put("SHA256SUMS", sums)
        # Ed25519 covers the other signature too: many readers have no program that could check that one.
        self._put("SHA256SUMS.ed25519", identity.signing_key.sign(pae("sealed-bundle", vault, sums, post_quantum)))
        self._put("SHA256SUMS.mldsa44", post_quantum)

    def _description(self, reason: str) -> bytes:
        """JSON in lines that a verifier can make out of the other files, but for the second."""
        vault = self._vault
        first = f'{{"format":"ipvault.bundle/1","vault":"{vault.id}","maker":"{vault.member}","size":{self._tree.size},'
        second = f'"made":"{timestamp(vault.machine.now())}","reason":"{_escaped(reason)}",'
        records = b",\n".join(_described(self._contents.shown[seq]) for seq in self._chosen)
        return f'{first}\n{second}\n"records":[\n'.encode() + records + b"\n]}\n"


def _line(field: tuple[bytes, bool]) -> bytes:
    """A field as the bundle has it: its text, or what the record's commitment has of it."""
    text, is_shown = field
    return b"+ %b\n" % text if is_shown else b"- %b\n" % hashlib.sha256(text).hexdigest().encode()


def _escaped(text: str) -> str:
    """A text between the quotes of JSON; without quotes and backslashes of its own, for readers that know no JSON."""
    return re.sub(r'["\\\x00-\x1f]', lambda match: f"\\u{ord(match[0]):04x}", text)


def _described(shown: Shown) -> bytes:
    leaf = shown.leaf
    texts = (text for text, is_shown in (shown.fields or {}).values() if is_shown)
    values = (match.groups() for text in texts if (match := FIELD.fullmatch(text)))
    about = f'{{"record":{leaf.seq},"time":"{leaf.time}","class":"{leaf.kind}","signer":"{shown.signer}","shown":{{'
    return about.encode() + b",".join(map(b":".join, values)) + b"}}"


def _row(shown: Shown) -> Row:
    leaf, fields = shown.leaf, shown.fields
    lines = None if fields is None else [_line(field).rstrip(b"\n") for field in fields.values()]
    return Row(leaf.seq, leaf.time, leaf.kind, shown.signer, lines)


def _privilege_log(vault: Vault, contents: Contents, disclosure: Disclosure) -> str:
    """A row for each record of which something is withheld, with what, by which rule, and on which ground.

    A record that was forgotten, or whose room is closed to the maker, is on it too.
    """
    rows = []
    for seq, shown in sorted(contents.shown.items()):
        if shown.fields is None:
            what = "forgotten" if vault.keys.find(shown.leaf.room, shown.leaf.epoch) else "closed"
        elif shown.withheld:
            what = "all" if shown.ground else " ".join(shown.withheld)
        else:
            continue
        basis = disclosure.basis if shown.ground else ""
        rows.append((seq, shown.leaf.time, shown.leaf.kind, shown.signer, what, shown.ground, basis))
    return csv_table(LOG_COLUMNS, rows)
