"""The identity file: which factors open it, and that its slots and its card can stand nowhere else."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, strategies as st

from ipvault.crypto import argon2
from ipvault.crypto.secret import Secret
from ipvault.errors import (
    Damaged,
    ForeignShares,
    FormatTooNew,
    KdfParametersRefused,
    KeyFileNeeded,
    KeyFileRefused,
    LastSlot,
    NoSuchSlot,
    SlotsNotTried,
    TooManySlots,
    VaultError,
    WrongKeyFile,
    WrongPassphrase,
    WrongTogether,
)
from ipvault.keys.card import Details
from ipvault.keys.identity import Identity
from ipvault.keys.identity_file import MAX_SIZE, IdentityFile
from ipvault.keys.key_file import read_key_file
from ipvault.keys.member_file import MemberFile
from ipvault.keys.slot_tables import MAX_SLOTS
from ipvault.keys.unlock_slots import (
    KEY_FILE,
    PASSPHRASE,
    PASSPHRASE_AND_KEY_FILE,
    RECOVERY,
    Factors,
    ShareSet,
    UnlockSlot,
    opens_alone,
)
from tests.format import second_reader
from tests.support.memory_vault import SeededRandom, cheap_kdf
from tests.support.nesting import NESTED_TOML

PLACE, CREATED = "identity.toml", "2030-01-02T03:04:05.678Z"
ADA = Identity.generate(SeededRandom(b"ada"))
RANDOM = SeededRandom(b"slots")
OPEN, MASTER_KEY = IdentityFile.create(ADA, Details("Ada Lovelace"), CREATED, SeededRandom())
PASS, STICK, SHARES = Secret(b"canary crane-quartz 17"), Secret(b"k" * 64), Secret(b"r" * 32)
CUSTODIANS = ShareSet(4711, 2, ("Grace Hopper", "Ägidius", ""))


def slot(kind: str, factors: Factors, owner: tuple[str, str] = OPEN.owner) -> UnlockSlot:
    with cheap_kdf():
        return UnlockSlot.create(
            kind, factors, owner, MASTER_KEY, CREATED, RANDOM, CUSTODIANS if kind == RECOVERY else None
        )


BY_PASSPHRASE = slot(PASSPHRASE, Factors(PASS))
BY_BOTH = slot(PASSPHRASE_AND_KEY_FILE, Factors(PASS, STICK))
BY_KEY_FILE = slot(KEY_FILE, Factors(key_file=STICK))
BY_SHARES = slot(RECOVERY, Factors(recovery=SHARES))
ALL = replace(OPEN, slots=(BY_PASSPHRASE, BY_BOTH, BY_KEY_FILE, BY_SHARES), open_key=None)
TOML = ALL.to_toml()


@pytest.fixture(autouse=True, scope="module")
def _cheap() -> Iterator[None]:
    with cheap_kdf():
        yield


def read(data: bytes) -> IdentityFile:
    return IdentityFile.from_toml(data, PLACE)


def with_only(*slots: UnlockSlot) -> IdentityFile:
    return read(replace(ALL, slots=slots).to_toml())


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file with something changed by `change`, which gets the whole document."""
    document = tomllib.loads(TOML.decode())
    change(document)
    return tomli_w.dumps(document).encode()


def test_what_was_written_is_read_back() -> None:
    """Slots of every kind, the card, and the keys that the master key opens."""
    assert read(TOML) == ALL
    assert read(TOML).card.details.name == "Ada Lovelace"
    assert read(TOML).open_identity(MASTER_KEY).public == ADA.public
    assert read(OPEN.to_toml()) == OPEN


@pytest.mark.parametrize(
    ("only", "factors"),
    [
        (BY_PASSPHRASE, Factors(PASS)),
        (BY_PASSPHRASE, Factors(PASS, STICK)),
        (BY_BOTH, Factors(PASS, STICK)),
        (BY_KEY_FILE, Factors(key_file=STICK)),
        (BY_KEY_FILE, Factors(Secret(b"whatever"), STICK)),
        (BY_SHARES, Factors(recovery=SHARES)),
    ],
)
def test_the_factors_of_a_slot_open_it(only: UnlockSlot, factors: Factors) -> None:
    """Each slot gives the master key to its own factors, whatever else somebody has."""
    assert with_only(only).unlock(factors) == MASTER_KEY


OTHER = Secret(b"something else")


@pytest.mark.parametrize(
    ("only", "factors", "error"),
    [
        (BY_PASSPHRASE, Factors(OTHER), WrongPassphrase),
        (BY_PASSPHRASE, Factors(OTHER, STICK), WrongPassphrase),
        (BY_PASSPHRASE, Factors(key_file=STICK), WrongKeyFile),
        (BY_BOTH, Factors(PASS), KeyFileNeeded),
        (BY_BOTH, Factors(key_file=STICK), WrongKeyFile),
        (BY_BOTH, Factors(OTHER, STICK), WrongTogether),
        (BY_BOTH, Factors(PASS, OTHER), WrongTogether),
        (BY_KEY_FILE, Factors(key_file=OTHER), WrongKeyFile),
        (BY_KEY_FILE, Factors(PASS), KeyFileNeeded),
        (BY_SHARES, Factors(recovery=OTHER), ForeignShares),
        (BY_PASSPHRASE, Factors(recovery=SHARES), ForeignShares),
    ],
)
def test_nothing_else_does(only: UnlockSlot, factors: Factors, error: type[VaultError]) -> None:
    """Of two factors neither alone opens, and each failure says what is wrong."""
    with pytest.raises(error):
        with_only(only).unlock(factors)


def test_one_factor_is_not_taken_for_another() -> None:
    """The bytes of a key file do not open what shares open, and the other way round."""
    with pytest.raises(WrongKeyFile):
        with_only(slot(RECOVERY, Factors(recovery=STICK)), BY_KEY_FILE).unlock(Factors(key_file=SHARES))
    with pytest.raises(ForeignShares):
        with_only(BY_KEY_FILE).unlock(Factors(recovery=STICK))


def test_a_key_file_that_opens_alone() -> None:
    """Whether a passphrase has to be asked for is told before it is."""
    assert opens_alone(STICK, ALL.owner, ALL.slots)
    assert not opens_alone(OTHER, ALL.owner, ALL.slots)
    assert not opens_alone(STICK, ALL.owner, (BY_PASSPHRASE, BY_BOTH, BY_SHARES))


def test_a_file_that_nothing_protects() -> None:
    """It opens without any factor, and with its first slot that ends."""
    assert OPEN.unlock(Factors()) == MASTER_KEY
    protected = read(OPEN.with_slot(BY_PASSPHRASE).to_toml())
    assert protected.open_key is None
    with pytest.raises(WrongPassphrase):
        protected.unlock(Factors(OTHER))
    assert MASTER_KEY.reveal() not in protected.to_toml()


@pytest.mark.parametrize("change", [{"slot": []}, {"master_key": "A" * 43 + "="}], ids=["neither", "both"])
def test_either_slots_or_an_open_key(change: dict[str, object]) -> None:
    """A file has slots or an open master key: not both, of which one would be there unnoticed, and not neither."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.update(change)))


def test_slots_come_and_go() -> None:
    """A slot is found by its id; the last but those of shares stays, and there are no more than 32."""
    assert ALL.without_slot(BY_BOTH.id).slots == (BY_PASSPHRASE, BY_KEY_FILE, BY_SHARES)
    with pytest.raises(NoSuchSlot):
        ALL.without_slot("00000000")
    for last in ((BY_PASSPHRASE,), (BY_PASSPHRASE, BY_SHARES)):
        with pytest.raises(LastSlot):
            replace(ALL, slots=last).without_slot(BY_PASSPHRASE.id)
    full = replace(ALL, slots=tuple(BY_SHARES._replace(id=f"{number:08x}") for number in range(MAX_SLOTS)))
    assert len(full.to_toml()) < MAX_SIZE
    with pytest.raises(TooManySlots):
        full.with_slot(BY_PASSPHRASE)


def test_a_slot_of_another_place() -> None:
    """A slot made for a vault opens nothing in an identity file of the same person, nor the other way round."""
    foreign = slot(PASSPHRASE, Factors(PASS), ("a" * 32, OPEN.fingerprint))
    with pytest.raises(WrongPassphrase):
        with_only(foreign).unlock(Factors(PASS))
    member_file = MemberFile("a" * 32, OPEN.fingerprint, (BY_PASSPHRASE,), OPEN.identity)
    with pytest.raises(WrongPassphrase):
        member_file.unlock(Factors(PASS))
    with pytest.raises(Damaged):
        member_file.open_identity(MASTER_KEY)


@pytest.mark.parametrize("change", [{"id": "00000000"}, {"created": "2030-01-02T03:04:05.679Z"}, {"kind": KEY_FILE}])
def test_what_a_slot_says_of_itself_is_bound(change: dict[str, str]) -> None:
    """With another id, time or kind it opens nothing."""
    for only, factors in ((BY_SHARES, Factors(recovery=SHARES)), (BY_PASSPHRASE, Factors(PASS))):
        with pytest.raises(VaultError) as caught:
            replace(ALL, slots=(only._replace(**change),)).unlock(factors)  # type: ignore[arg-type]
        assert caught.value.exit_code == 12


OTHER_VALUES: dict[str, list[object]] = {
    "id": ["00000000"],
    "created": ["2030-01-02T03:04:05.679Z"],
    "memory_kib": [32],
    "iterations": [2],
    "lanes": [2],
    "salt": ["0" * 32],
    "share_set": [4710, 0],
    "threshold": [1, 3],
    "custodians": [
        *([], ["Mallory", "Ägidius", ""], ["Grace Hopper", "Ägidius"], ["Grace Hopper", "Ägidius", "", ""]),
        *(["Ägidius", "Grace Hopper", ""], ["Grace HopperÄgidius", "", ""]),
    ],
}
OPENING = {
    PASSPHRASE: Factors(PASS),
    PASSPHRASE_AND_KEY_FILE: Factors(PASS, STICK),
    KEY_FILE: Factors(key_file=STICK),
    RECOVERY: Factors(recovery=SHARES),
}


@pytest.mark.parametrize("kind", OPENING)
def test_every_value_of_a_slot_is_bound(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever value of a slot is changed into one that can be read, the slot opens nothing: nobody is led to the
    wrong custodians by it.
    """
    monkeypatch.setattr(argon2, "DEFAULT", argon2.Argon2Parameters(16, 1, 1))
    shares = CUSTODIANS if kind == RECOVERY else None
    only = UnlockSlot.create(kind, OPENING[kind], OPEN.owner, MASTER_KEY, CREATED, RANDOM, shares)
    assert with_only(only).unlock(OPENING[kind]) == MASTER_KEY
    document = tomllib.loads(replace(ALL, slots=(only,)).to_toml().decode())
    (table,) = document["slot"]
    assert set(table) - set(OTHER_VALUES) == {"kind", "kdf", "sealed"}  # tested elsewhere
    for name in set(table) & set(OTHER_VALUES):
        for value in OTHER_VALUES[name]:
            changed = {**document, "slot": [{**table, name: value}]}
            with pytest.raises(VaultError) as caught:
                read(tomli_w.dumps(changed).encode()).unlock(OPENING[kind])
            assert caught.value.exit_code == 12, (name, value)


def test_a_slot_that_takes_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can write the file adds a slot of 4 GiB before the others: they open as before, the cheap ones are tried
    first, and a wrong passphrase is told together with what was not tried.
    """
    huge, slow = argon2.Argon2Parameters(2**22, 16, 1), argon2.Argon2Parameters(2**15, 16, 1)
    planted = BY_PASSPHRASE._replace(id="0badf00d", parameters=huge)
    costly = BY_PASSPHRASE._replace(id="00510000", parameters=slow)
    file, tried, derive = replace(ALL, slots=(planted, costly, BY_PASSPHRASE, BY_BOTH, BY_KEY_FILE)), [], argon2.derive

    def limited(phrase: Secret, salt: bytes, parameters: argon2.Argon2Parameters, key: Secret | None = None) -> Secret:
        tried.append(parameters)
        if parameters == huge:
            raise MemoryError
        return derive(phrase, salt, parameters._replace(iterations=1), key)

    monkeypatch.setattr(argon2, "derive", limited)
    assert file.open_slot(Factors(PASS)) == (BY_PASSPHRASE, MASTER_KEY)
    assert tried == [BY_PASSPHRASE.parameters]
    assert file.open_slot(Factors(PASS, STICK)) == (BY_KEY_FILE, MASTER_KEY)
    tried.clear()
    with pytest.raises(SlotsNotTried) as caught:
        file.open_slot(Factors(OTHER))
    assert tried == [BY_PASSPHRASE.parameters, slow, huge]
    assert caught.value.exit_code == 30
    assert "0badf00d (4096 MiB)" in str(caught.value)
    assert BY_PASSPHRASE.id not in str(caught.value)
    member_file = MemberFile(OPEN.place, OPEN.fingerprint, file.slots, OPEN.identity)
    assert member_file.open_slot(Factors(PASS)) == (BY_PASSPHRASE, MASTER_KEY)
    monkeypatch.setattr(argon2, "derive", lambda phrase, salt, *_others: limited(phrase, salt, huge))
    with pytest.raises(SlotsNotTried, match=f"{BY_PASSPHRASE.id}.*00510000.*0badf00d"):
        file.open_slot(Factors(PASS))


def test_the_second_reader_opens_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the format document says of slots is what the program does, with the real passphrase check."""
    content = b"any file of at least 32 bytes will do"
    stick = Secret(hashlib.sha512(content).digest())
    monkeypatch.setattr(argon2, "DEFAULT", argon2.Argon2Parameters(65_536, 3, 1))
    slots = [
        (PASSPHRASE, Factors(PASS)),
        (PASSPHRASE_AND_KEY_FILE, Factors(PASS, stick)),
        (KEY_FILE, Factors(key_file=stick)),
        (RECOVERY, Factors(recovery=SHARES)),
    ]
    secrets = (PASS.reveal().decode(), content, SHARES.reveal())
    for kind, factors in slots:
        shares = CUSTODIANS if kind == RECOVERY else None
        made = UnlockSlot.create(kind, factors, OPEN.owner, MASTER_KEY, CREATED, RANDOM, shares)
        document = tomllib.loads(replace(ALL, slots=(made,)).to_toml().decode())
        opened = second_reader.open_slots(OPEN.owner, document["slot"], *secrets)
        assert opened == MASTER_KEY.reveal()
        with pytest.raises(second_reader.Refused):
            second_reader.open_slots(OPEN.owner, document["slot"], "wrong", b"wrong", b"wrong")


def test_a_card_of_somebody_else() -> None:
    """The card in the file is that of its keys."""
    other, _key = IdentityFile.create(Identity.generate(SeededRandom(b"bob")), Details("Bob"), CREATED, SeededRandom())
    with pytest.raises(Damaged):
        read(replace(ALL, card=other.card).to_toml())


@pytest.mark.parametrize("name", list(tomllib.loads(TOML.decode())))
def test_an_identity_file_lacks_nothing(name: str) -> None:
    """A file without one of its values is refused."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.pop(name)))


SHARE_VALUES: dict[str, list[object]] = {
    "share_set": [-1, 2**15, "1", 1.0, True, []],
    "threshold": [0, 17, "2", 2.0, True],
    "custodians": ["Ada", [1], ["a\nb"], ["a\x1bb"], ["\u202e"], [["Ada"]], ["a"] * 17, {}],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in SHARE_VALUES for value in SHARE_VALUES[name]])
def test_what_is_known_of_shares(name: str, value: object) -> None:
    """Numbers that no set of shares has, and names that act on a terminal, are refused."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document["slot"][3].update({name: value})))


FOREIGN_VALUES = {
    PASSPHRASE: {"threshold": 2, "share_set": 1, "custodians": [], "kdf": "hkdf-sha256", "id": BY_BOTH.id},
    KEY_FILE: {"threshold": 2, "salt": "0" * 32, "memory_kib": 8, "kdf": "argon2id", "id": BY_BOTH.id},
    RECOVERY: {"salt": "0" * 32, "memory_kib": 8, "kdf": "argon2id", "id": BY_BOTH.id},
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in FOREIGN_VALUES for name in FOREIGN_VALUES[kind]])
def test_slots_of_one_kind_have_one_form(kind: str, name: str) -> None:
    """No slot has the values of another kind, and no two have one id."""
    number = [slot.kind for slot in ALL.slots].index(kind)
    with pytest.raises(Damaged):
        read(altered(lambda document: document["slot"][number].update({name: FOREIGN_VALUES[kind][name]})))


@pytest.mark.parametrize("found", [2, 10**30])
def test_a_newer_format(found: int) -> None:
    """A file of a newer ipvault is told as such."""
    with pytest.raises(FormatTooNew):
        read(altered(lambda document: document.update(format=found)))


@given(st.integers(0, len(TOML) - 1), st.binary(max_size=6), st.integers(0, 12))
def test_any_alteration(at: int, piece: bytes, length: int) -> None:
    """Whatever is changed in the file, reading ends in an identity file or in an error that can be told."""
    try:
        parsed = read(TOML[:at] + piece + TOML[at + length :])
    except (Damaged, FormatTooNew, KdfParametersRefused) as error:
        assert str(error)  # noqa: PT017  # any of them may come
    else:
        assert read(parsed.to_toml()) == parsed


@pytest.mark.parametrize("data", [*NESTED_TOML, b"", b"\xff", b"format = 1"])
def test_what_is_no_identity_file(data: bytes) -> None:
    """Anything else is refused, however deep it is nested."""
    with pytest.raises(Damaged):
        read(data)


@pytest.mark.parametrize("size", [0, 31, 32, 64, 2**20, 2**20 + 1])
def test_how_large_a_key_file_is(size: int, tmp_path: Path) -> None:
    """32 bytes to 1 MiB: an empty file opens nothing by mistake, and a film is not read to its end."""
    (tmp_path / "key").write_bytes(b"k" * size)
    if 32 <= size <= 2**20:
        assert len(read_key_file(str(tmp_path / "key"))) == 64
    else:
        with pytest.raises(KeyFileRefused):
            read_key_file(str(tmp_path / "key"))


def test_every_byte_of_a_key_file_counts(tmp_path: Path) -> None:
    """Line ends too: nothing is trimmed."""
    contents = [b"k" * 40, b"k" * 40 + b"\n", b"k" * 40 + b"\r\n", b" " + b"k" * 40, b"K" + b"k" * 39]
    keys = []
    for content in contents:
        (tmp_path / "key").write_bytes(content)
        keys.append(read_key_file(str(tmp_path / "key")).reveal())
    assert len(set(keys)) == len(contents)


@pytest.mark.parametrize("place", ["missing", "folder", "/dev/zero"])
def test_what_is_no_key_file(place: str, tmp_path: Path) -> None:
    """A missing file, a folder and a device are refused, and named."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(KeyFileRefused) as caught:
        read_key_file(str(tmp_path / place))
    assert place in str(caught.value)
