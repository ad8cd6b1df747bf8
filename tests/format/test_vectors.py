"""The test vectors in the format document are true, for the program and for the second reader."""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import Any

import pytest

from ipvault.cli.help import DOCUMENTS
from ipvault.crypto import aead, padme, pae
from ipvault.crypto.secret import Secret
from ipvault.journal.chain import Chain, commit_message
from ipvault.journal.head import ChainBroken, empty_head
from ipvault.journal.leaf import parse_leaf, signed_body
from ipvault.journal.payload import commitment, field_texts
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import RoomKey
from tests.format import second_reader
from tests.format.second_reader import Journal, Refused
from tests.journal.journals import source


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    """The block of TOML at the end of the document."""
    page = (DOCUMENTS / "format.md").read_text(encoding="utf-8")
    block = re.search(r"## Test vectors\n.*?```toml\n(.*?)```", page, re.DOTALL)
    assert block
    return tomllib.loads(block[1])


def test_encoding_of_lists(vectors: dict[str, Any]) -> None:
    """PAE."""
    for vector in vectors["pae"]:
        for encode in (pae.pae, second_reader.pae):
            assert encode(vector["kind"], *vector["parts"]).hex() == vector["hex"]


def test_padding(vectors: dict[str, Any]) -> None:
    """Padmé."""
    for pad in (padme.padded_size, second_reader.padme):
        assert list(map(pad, vectors["padme"]["sizes"])) == vectors["padme"]["padded"]


def test_identity(vectors: dict[str, Any]) -> None:
    """From three seeds to public keys and a fingerprint."""
    vector = vectors["identity"]
    seeds = [Secret(bytes.fromhex(vector[name])) for name in ("kem_seed", "ed25519_seed", "mldsa44_seed")]
    public = Identity(*seeds).public
    assert hashlib.sha256(public.kem).hexdigest() == vector["kem_public_sha256"]
    assert public.ed25519.hex() == vector["ed25519_public"]
    assert hashlib.sha256(public.mldsa44).hexdigest() == vector["mldsa44_public_sha256"]
    assert public.fingerprint == vector["fingerprint"]
    assert second_reader.fingerprint(public.kem, public.ed25519, public.mldsa44) == vector["fingerprint"]


def test_room_key(vectors: dict[str, Any]) -> None:
    """What is derived from a room key."""
    vector, place = vectors["room_key"], (vectors["vault"], vectors["room"], 1)
    secret = bytes.fromhex(vector["key"])
    key = RoomKey(*place, Secret(secret))
    assert key.record_key.reveal().hex() == vector["record_key"]
    assert key.wrap_key.reveal().hex() == vector["wrap_key"]
    assert key.commitment == vector["commitment"]
    assert key.for_records().commitment == vector["records"]
    for kind in ("record-key", "wrap-key"):
        derived = second_reader.derive(secret, second_reader.pae(kind, *place))
        assert derived.hex() == vector[kind.replace("-", "_")]


def test_link(vectors: dict[str, Any]) -> None:
    """What leads from the keys of one epoch to those of the one before, for either grade."""
    vector, place = vectors["link"], (vectors["vault"], vectors["room"], 2)
    link, secret = bytes.fromhex(vector["link"]), bytes.fromhex(vectors["room_key"]["key"])
    before = RoomKey(*place[:2], 1, Secret(secret))
    key = RoomKey(*place, Secret(bytes.fromhex(vector["key"])))
    assert key.previous(link, before.commitments).wrap_key == before.wrap_key
    assert key.for_records().previous(link, before.commitments).record_key == before.record_key
    for own, kind, grade, part, expected in (
        (bytes.fromhex(vector["key"]), "link-key", "content", link[:104], secret),
        (key.record_key.reveal(), "record-link-key", "record", link[104:], before.record_key.reveal()),
    ):
        derived = second_reader.derive(own, second_reader.pae(kind, *place))
        assert derived.hex() == vector[kind.replace("-", "_")]
        assert second_reader.open_sealed(derived, second_reader.pae("link", *place, grade), part) == expected


def test_fields(vectors: dict[str, Any]) -> None:
    """The digests of fields and the commitment to them; a field disclosed alone fits, another value does not."""
    vector = vectors["fields"]
    seed, values = bytes.fromhex(vector["seed"]), vector["values"]
    ours = {name: hashlib.sha256(text).hexdigest() for name, text in field_texts(seed, values).items()}
    theirs = {name: second_reader.field_digest(seed, name, value).hex() for name, value in values.items()}
    assert ours == theirs == vector["digests"]
    assert commitment(seed, values) == second_reader.fields_commitment(seed, values) == vector["m"]
    others = [bytes.fromhex(vector["digests"][name]) for name in ("item", "kind")]
    for name, fits in ((values["name"], True), ("Röntgen/claims.doc", False)):
        disclosed = second_reader.field_digest(seed, "name", name)
        assert (hashlib.sha256(b"".join([*others, disclosed])).hexdigest() == vector["m"]) is fits


def test_leaf(vectors: dict[str, Any]) -> None:
    """A signed leaf: its hash, what is signed, and that both readers accept it, and no other signature."""
    vector, vault = vectors["leaf"], vectors["vault"]
    text = vector["text"].encode()
    leaf = parse_leaf(text)
    assert leaf.hash == second_reader.leaf_hash(text) == vector["hash"]
    assert leaf.previous == empty_head(vault).hash == second_reader.first_previous(vault) == vector["first_previous"]
    messages = {commit_message(vault, signed_body(text)), second_reader.signed_message(vault, text)}
    assert {hashlib.sha256(message).hexdigest() for message in messages} == {vector["signed_message_sha256"]}
    signer = {vectors["identity"]["fingerprint"]: vectors["identity"]["ed25519_public"]}
    payload = b"\t%b\n" % vector["payload"].encode()

    def read(line: bytes) -> Journal:
        journal = Journal(vault, signers=dict(signer), commitments={(vectors["room"], 1): ("", "")})
        journal.read(line + payload)
        return journal

    assert [line.signer for line in read(text).lines] == list(signer)
    assert list(Chain(vault, empty_head(vault), dict(signer)).transactions(source(text + payload)))
    forged = re.sub(rb'"t":"20', b'"t":"19', text)
    with pytest.raises(Refused, match="signature"):
        read(forged)
    with pytest.raises(ChainBroken):
        list(Chain(vault, empty_head(vault), dict(signer)).transactions(source(forged + payload)))


def test_sealed_message(vectors: dict[str, Any]) -> None:
    """A sealed message opens with its key and context, and with no other."""
    vector = vectors["sealed"]
    key, message = bytes.fromhex(vector["key"]), bytes.fromhex(vector["message"])
    context = bytes.fromhex(vectors["pae"][1]["hex"])
    assert aead.unseal(Secret(key), context, message) == vector["plaintext"].encode()
    assert second_reader.open_sealed(key, context, message) == vector["plaintext"].encode()
    for bad in (
        (key, context + b"x", message),
        (key[::-1][:-1] + b"x", context, message),
        (key, context, message[:-1]),
    ):
        with pytest.raises(Refused):
            second_reader.open_sealed(*bad)
