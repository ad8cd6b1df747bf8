"""The member file: what opens, what is refused before anything is derived, and that it can stand nowhere else."""

from __future__ import annotations

import re
import tomllib
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import tomli_w
from hypothesis import given, strategies as st

from ipvault.crypto import argon2
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, FormatTooNew, KdfParametersRefused, OutOfMemory, VaultError, WrongPassphrase
from ipvault.keys.identity import Identity
from ipvault.keys.member_file import MAX_SIZE, MemberFile
from ipvault.keys.slot_tables import MAX_SLOTS
from ipvault.keys.unlock_slots import Factors
from tests.journal.strategies import VALUES
from tests.support.memory_vault import MemoryVault, SeededRandom, cheap_kdf
from tests.support.nesting import NESTED_TOML

VAULT, PLACE, CREATED = "a" * 32, "members/x/1.toml", "2030-01-02T03:04:05.678Z"
PASSPHRASE = Secret(b"canary crane-quartz 17")
IDENTITY = Identity.generate(SeededRandom(b"ada"))

with cheap_kdf():
    FILE, MASTER_KEY = MemberFile.create(VAULT, IDENTITY, PASSPHRASE, CREATED, SeededRandom())
TOML = FILE.to_toml()


@pytest.fixture(autouse=True, scope="module")
def _cheap() -> Iterator[None]:
    with cheap_kdf():
        yield


def read(data: bytes, vault: str = VAULT) -> MemberFile:
    return MemberFile.from_toml(data, PLACE, vault)


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file with something changed by `change`, which gets the whole document."""
    document = tomllib.loads(TOML.decode())
    change(document)
    return tomli_w.dumps(document).encode()


def with_slot(**values: object) -> bytes:
    return altered(lambda document: document["slot"][0].update(values))


def test_the_passphrase_opens_the_file() -> None:
    """What was written is read back, gives the master key to the passphrase, and the identity to the master key."""
    member_file = read(TOML)
    assert member_file == FILE
    assert member_file.unlock(Factors(PASSPHRASE)) == MASTER_KEY
    assert member_file.open_identity(MASTER_KEY).public == IDENTITY.public


@pytest.mark.parametrize(
    "passphrase", [b"", b"canary crane-quartz 18", b" canary crane-quartz 17", b"CANARY CRANE-QUARTZ 17"]
)
def test_another_passphrase_does_not(passphrase: bytes) -> None:
    """Spaces and capital letters count."""
    with pytest.raises(WrongPassphrase):
        FILE.unlock(Factors(Secret(passphrase)))


def test_another_master_key_does_not() -> None:
    """The identity opens with its own master key only."""
    with pytest.raises(Damaged):
        FILE.open_identity(Secret(bytes(32)))


def test_nothing_in_the_file_is_secret_or_names_anybody() -> None:
    """Seeds and keys are sealed; who the member is stands in the journal only."""
    for secret in (MASTER_KEY.reveal(), PASSPHRASE.reveal(), IDENTITY.signing_key.public):
        assert secret not in TOML
        assert secret.hex().encode() not in TOML
    assert set(tomllib.loads(TOML.decode())) == {"format", "vault", "fingerprint", "identity", "slot"}


NUMBERS = ("memory_kib", "iterations", "lanes")
VALUES_REFUSED = [
    *(2**32 - 1, 2**32, 10**9, 2**64, 10**30, 0, -1, -(2**63)),
    *("+18", "018", "0x12", " 18", "18", "", True, False, 18.0, 1e9, [18], {"value": 18}),
]


@pytest.mark.parametrize("value", VALUES_REFUSED, ids=repr)
@pytest.mark.parametrize("name", NUMBERS)
def test_parameters_are_checked_before_they_are_used(name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that would exhaust the machine, weaken the check or are none at all are refused while the file is read:
    the function that would allocate the memory is never reached.
    """
    monkeypatch.setattr(argon2, "derive", lambda *_: pytest.fail("derived with refused parameters"))
    with pytest.raises(KdfParametersRefused) as caught:
        read(with_slot(**{name: value}))
    assert PLACE in str(caught.value)


@pytest.mark.parametrize("text", ["018", "+018", "1_", "0x", " ", "1.", "0b2", "١٨", "nan", "inf", "1e3", "2020-01-01"])
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_are_no_whole_numbers_of_toml(name: str, text: str) -> None:
    """Leading zeros, other scripts, floats and dates are not taken for a number."""
    data, changes = re.subn(rf"{name} = \d+", lambda _: f"{name} = {text}", TOML.decode())
    assert changes == 1
    with pytest.raises((Damaged, KdfParametersRefused)):
        read(data.encode())


@pytest.mark.parametrize(("name", "floor"), [("memory_kib", 64 * 1024), ("iterations", 3), ("lanes", 1)])
def test_weaker_than_the_floor(name: str, floor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real limits a file that asks for less than the floor is refused, one at the floor is not."""
    monkeypatch.setattr(argon2, "FLOOR", argon2.Argon2Parameters(64 * 1024, 3, 1))
    least = {"memory_kib": 64 * 1024, "iterations": 3, "lanes": 1}
    assert read(with_slot(**least)).slots[0].parameters == argon2.FLOOR
    with pytest.raises(KdfParametersRefused):
        read(with_slot(**{**least, name: floor - 1}))


def test_parameters_that_were_lowered_within_the_limits() -> None:
    """The parameters are bound to the sealed key, so another number that would be accepted does not open it."""
    with pytest.raises(WrongPassphrase):
        read(with_slot(memory_kib=16)).unlock(Factors(PASSPHRASE))


def test_lack_of_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine does not give the memory, that is the error, and nothing weaker is tried."""
    tried = []

    def no_memory(_passphrase: Secret, _salt: bytes, parameters: argon2.Argon2Parameters, _key: None) -> Secret:
        tried.append(parameters)
        raise MemoryError

    monkeypatch.setattr(argon2, "derive", no_memory)
    with pytest.raises(OutOfMemory):
        FILE.unlock(Factors(PASSPHRASE))
    assert tried == [FILE.slots[0].parameters]


def each(values: dict[str, list[object]]) -> list[tuple[str, object]]:
    """Every name with every value, one at a time."""
    return [(name, value) for name in values for value in values[name]]


OTHER_SLOTS = each(
    {
        "id": ["", "0" * 7, "0" * 9, "A" * 8, "zz" * 4, 1],
        "created": ["", "2030-01-02", "2030-01-02T03:04:05Z", "2030-01-02T03:04:05.678+00:00", 1],
        "kind": ["", "Passphrase", "plain", "passphrase+keyfile", "key-file", "recovery", 1],
        "anything": ["else", 1],
        "kdf": ["", "scrypt", "argon2i", "none", 2],
        "salt": ["", "00", "0" * 31, "0" * 33, "zz" * 16, "A" * 32, "0 " * 16 + "0" * 16, 0],
        "sealed": ["*", "AA", "AA=", "QR==", "AAAA\n", " AAAA", "AA-_", "é", 1, []],
    }
)
OTHER_FILES = each(
    {
        "vault": ["b" * 32, "", 1, []],
        "fingerprint": ["", "a" * 63, "a" * 65, "A" * 64, "../" + "a" * 61, 1, ["a" * 64]],
        "identity": ["*", "QR==", "AAAA ", 1, []],
        "slot": [[], {}, "slot", 1, [1], [[]], ["kind"]],
        "format": [0, -1, "1", "2", 1.0, 2.0, True, [1]],
    }
)


@pytest.mark.parametrize(("name", "value"), OTHER_SLOTS)
def test_a_slot_is_written_in_one_way(name: str, value: object) -> None:
    """Unknown kinds of slots and key derivations, other spellings of the salt and base64 that is not canonical are
    refused.
    """
    with pytest.raises(Damaged):
        read(with_slot(**{name: value}))


@pytest.mark.parametrize("name", ["id", "created", "kind", "kdf", "salt", "sealed", *NUMBERS])
def test_a_slot_lacks_nothing(name: str) -> None:
    """A slot without one of its values is refused."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document["slot"][0].pop(name)))


@pytest.mark.parametrize(("name", "value"), OTHER_FILES)
def test_a_member_file_is_written_in_one_way(name: str, value: object) -> None:
    """Another vault, a fingerprint that is none, no slots, or a format that is no number of a format."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.update({name: value})))


@pytest.mark.parametrize("name", ["format", "vault", "fingerprint", "identity", "slot"])
def test_a_member_file_lacks_nothing(name: str) -> None:
    """A file without one of its values is refused."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.pop(name)))


@pytest.mark.parametrize("found", [2, 99, 10**30])
def test_a_newer_format(found: int) -> None:
    """A file of a newer ipvault is told as such, whatever else stands in it."""
    for data in (altered(lambda document: document.update(format=found, slot=[])), f"format = {found}\n".encode()):
        with pytest.raises(FormatTooNew):
            read(data)


def _slots(document: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """The longest slots that there are, which differ in their ids."""
    (slot,) = document["slot"]
    numbers = {"memory_kib": 4_194_304, "iterations": 16, "lanes": 16}
    return [{**slot, **numbers, "kind": "passphrase+key-file", "id": f"{number:08x}"} for number in range(count)]


def test_how_many_slots() -> None:
    """There is room for a few slots. A file with a million is not even read: it is larger than a member file can be."""
    full = altered(lambda document: document.update(slot=_slots(document, MAX_SLOTS)))
    assert len(read(full).slots) == MAX_SLOTS
    assert len(full) < MAX_SIZE
    with pytest.raises(Damaged):
        read(altered(lambda document: document.update(slot=_slots(document, MAX_SLOTS + 1))))
    memory = MemoryVault.create()
    (path,) = memory.store.files("members")
    memory.store.published[path] += b"[[slot]]\n" * 10**6
    assert len(memory.store.published[path]) > MAX_SIZE
    with pytest.raises(Damaged):
        memory.member_file()


def test_the_right_slot_among_others() -> None:
    """Each slot is tried; those of other passphrases do not stand in the way."""
    with cheap_kdf():
        others = [
            MemberFile.create(VAULT, IDENTITY, Secret(bytes([n])), CREATED, SeededRandom(bytes([n])))[0]
            for n in range(3)
        ]
    document = tomllib.loads(TOML.decode())
    document["slot"] = [tomllib.loads(o.to_toml().decode())["slot"][0] for o in others] + document["slot"]
    assert read(tomli_w.dumps(document).encode()).unlock(Factors(PASSPHRASE)) == MASTER_KEY


def test_a_slot_of_another_vault_or_member() -> None:
    """A slot that is copied into the file of another vault or member opens nothing there."""
    for change in ({"vault": "b" * 32}, {"fingerprint": "c" * 64}):
        data = altered(lambda document, change=change: document.update(change))  # type: ignore[misc]
        with pytest.raises(WrongPassphrase):
            read(data, change.get("vault", VAULT)).unlock(Factors(PASSPHRASE))
        with pytest.raises(Damaged):
            read(data, change.get("vault", VAULT)).open_identity(MASTER_KEY)


def test_every_flipped_bit_of_what_is_sealed() -> None:
    """A bit flipped in the sealed key or the sealed identity is noticed."""
    document = tomllib.loads(TOML.decode())
    slot, identity = b64decode(document["slot"][0]["sealed"]), b64decode(document["identity"])
    for at in range(len(slot)):
        sealed = slot[:at] + bytes([slot[at] ^ 1 << at % 8]) + slot[at + 1 :]
        with pytest.raises(WrongPassphrase):
            MemberFile(VAULT, FILE.fingerprint, (FILE.slots[0]._replace(sealed=sealed),), identity).unlock(
                Factors(PASSPHRASE)
            )
    for at in range(len(identity)):
        sealed = identity[:at] + bytes([identity[at] ^ 1 << at % 8]) + identity[at + 1 :]
        with pytest.raises(Damaged):
            replace(FILE, identity=sealed).open_identity(MASTER_KEY)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Whatever the file holds, reading it ends in an error that names it."""
    with pytest.raises((Damaged, FormatTooNew, KdfParametersRefused)):
        read(data)


@given(st.integers(0, len(TOML) - 1), st.binary(max_size=6), st.integers(0, 12))
def test_any_alteration(at: int, piece: bytes, length: int) -> None:
    """Whatever is changed in the file, reading ends in a member file or in an error that can be told."""
    try:
        parsed = read(TOML[:at] + piece + TOML[at + length :])
    except VaultError as error:
        assert str(error)  # noqa: PT017  # any of them may come
    else:
        assert MemberFile.from_toml(parsed.to_toml(), PLACE, VAULT) == parsed


@given(
    st.sampled_from(["format", "vault", "fingerprint", "identity", "slot"]),
    VALUES.filter(lambda value: value is not None),
)
def test_any_value(name: str, value: object) -> None:
    """Whatever stands in place of a value, it is refused, or is what stood there."""
    try:
        data = altered(lambda document: document.update({name: value}))
    except (TypeError, ValueError, OverflowError):
        return  # not to be written in TOML
    if value == tomllib.loads(TOML.decode())[name]:
        return
    with pytest.raises((Damaged, FormatTooNew, KdfParametersRefused)):
        read(data)


@pytest.mark.parametrize("data", NESTED_TOML)
def test_deep_nesting(data: bytes) -> None:
    """A file that would exhaust the parser is refused like any other."""
    assert len(data) < MAX_SIZE
    with pytest.raises(Damaged):
        read(data)
