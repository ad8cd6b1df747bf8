"""Timestamps against an authority made with `openssl`, and tokens that are wrong in every way one can be."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from hypothesis import given, settings, strategies as st

from ipvault.catalog.address import root_room
from ipvault.catalog.timestamps import aging, find_timestamp, renewed, timestamps
from ipvault.crypto.certificates import read_certificates, read_revocation_list, to_der
from ipvault.errors import (
    AmbiguousTimestamp,
    ClocksDisagree,
    Conflict,
    NoSuchTimestamp,
    NotATimestamp,
    RequestRejected,
    TimestampRefused,
    VaultError,
)
from ipvault.evidence.der import SEQUENCE, Element, element, elements, integer
from ipvault.evidence.heads import present_head
from ipvault.evidence.journal_tree import open_tree
from ipvault.evidence.timestamp_check import check_timestamps
from ipvault.evidence.timestamp_exchange import MAX_ANSWER, request, token_in
from ipvault.evidence.timestamp_import import Imported, import_timestamp
from ipvault.evidence.timestamp_token import Token, Trust, Untrusted
from ipvault.evidence.timestamps import request_for_head, request_for_item, request_renewal
from ipvault.journal.checkpoint import TreeHead
from ipvault.keys.canonical_base64 import to_base64
from ipvault.records.base import Record
from ipvault.records.timestamps import TimestampImported, TimestampRequested
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.support.authority import Authority, granted, openssl, rejected, statement
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.thoroughness import some

DAY = 24 * 60 * 60
CONTENT = b"1. A widget."


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Somebody who calls himself the same and is not."""
    return Authority.make(tmp_path_factory.mktemp("other"))


def vault_at(seconds: float = 0) -> Vault:
    """A vault with a document, on a computer whose clock is so many seconds before or behind ours."""
    made = MemoryVault.create()
    vault = replace(made, machine=replace(made.machine, now=lambda: time.time() + seconds)).open()
    add_content(vault, {"claims.txt": CONTENT})
    return vault


@pytest.fixture
def vault() -> Vault:
    return vault_at()


def trust(authority: Authority, *lists: Path) -> Trust:
    revocations = tuple(read_revocation_list(path.read_bytes()) for path in lists)
    return Trust(tuple(read_certificates(authority.root.read_bytes())), revocations)


def take(vault: Vault, answer: bytes, authority: Authority, *lists: Path) -> Imported:
    return import_timestamp(vault, answer, "answer.tsr", trust(authority, *lists))


def root(vault: Vault, size: int) -> bytes:
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        return tree.root(size)


def head(vault: Vault) -> TreeHead:
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        return present_head(vault, tree)


def problems(vault: Vault, trusted: Trust | None = None) -> list[str]:
    """What `timestamp verify` has to say of each timestamp that came back."""
    checked = check_timestamps(vault, timestamps(vault.catalog), trusted, lambda size: root(vault, size))
    return [one.problem for one in checked]


class Asked(NamedTuple):
    """A request, and what an answer to it has to name."""

    imprint: bytes
    nonce: int
    time: float

    @classmethod
    def by(cls, vault: Vault) -> Asked:
        record = request_for_item(vault, "claims.txt").record
        return cls(bytes.fromhex(record.imprint), int(record.nonce, 16), time.time())

    def said(self, **changes: Any) -> bytes:
        """A right statement, or one with changes."""
        return statement(**{**self._asdict(), **changes})


# What is right


def test_a_document_is_stamped(vault: Vault, authority: Authority) -> None:
    """Its SHA-256 leaves, and nothing else but a nonce; what came back is in the catalog and proves itself."""
    requested = request_for_item(vault, "claims.txt")
    assert requested.record.imprint == hashlib.sha256(CONTENT).hexdigest()
    assert len(requested.request) < 80
    assert [one.stamp for one in timestamps(vault.catalog)] == [None]
    taken = take(vault, authority.stamp(requested.request), authority)
    (found,) = timestamps(vault.catalog)
    assert found.stamp is not None
    assert (found.stamp.seq, found.stamp.authority) == (taken.head.seq, "Local stamps")
    assert (found.stamp.policy, found.stamp.accuracy) == ("1.2.3.4.1", 1500)
    assert problems(vault) == problems(vault, trust(authority)) == [""]


def test_the_journal_is_stamped(vault: Vault, authority: Authority) -> None:
    """By the hash of its checkpoint's text, as far as it goes; it stays right when the journal grows."""
    stamped = head(vault)
    requested = request_for_head(vault, stamped)
    assert requested.record.imprint == hashlib.sha256(stamped.text.encode()).hexdigest()
    take(vault, authority.stamp(requested.request), authority)
    add_content(vault, {"later": b""})
    assert problems(vault) == [""]


def test_a_timestamp_is_renewed(vault: Vault, authority: Authority) -> None:
    """By SHA-512 of its token. What ages and is not renewed is told; a chain of renewals proves itself."""
    requested = request_for_item(vault, "claims.txt")
    with pytest.raises(Conflict, match="nothing to renew"):
        request_renewal(vault, requested.record.timestamp)
    first = take(vault, authority.stamp(requested.request), authority)
    far, near = "2100-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z"
    assert [one.id for one, _stamp in aging(vault.catalog, far)] == [requested.record.timestamp]
    assert aging(vault.catalog, near) == []
    renewal = request_renewal(vault, requested.record.timestamp)
    assert aging(vault.catalog, far)
    taken = take(vault, authority.stamp(renewal.request), authority)
    assert renewed(vault.catalog) == {first.requested.id: taken.record.at}
    assert [one.id for one, _stamp in aging(vault.catalog, far)] == [renewal.record.timestamp]
    assert len(timestamps(vault.catalog)) == 2
    assert problems(vault) == ["", ""]


def test_all_that_a_check_needs_is_kept(vault: Vault, authority: Authority) -> None:
    """A vault that is opened anew checks its timestamps without any file, with the revocation list of that day."""
    requested = request_for_item(vault, "claims.txt")
    record = take(vault, authority.stamp(requested.request), authority, authority.revoke()).record
    assert (len(record.certificates), len(record.revocations)) == (1, 1)
    vault.start_over()
    assert problems(vault) == [""]


def test_the_time_is_told_exactly(vault: Vault, authority: Authority) -> None:
    """Parts of a second are neither lost nor gained: a time before that of the token would claim too much."""
    answer = authority.stamp(request_for_item(vault, "claims.txt").request)
    (moment,) = (part for part in _statement_in(answer) if part.tag == 0x18)
    at = take(vault, answer, authority).record.at
    digits = moment.content.decode().rstrip("Z")
    whole, _dot, fraction = digits.partition(".")
    assert at.translate({ord(mark): None for mark in "-:TZ"}) == f"{whole}.{fraction.ljust(3, '0')}"


def _statement_in(answer: bytes) -> list[Element]:
    signed = elements(token_in(answer, ""))[0].parts()[1].parts()[0].parts()
    return elements(signed[2].parts()[1].parts()[0].content)[0].parts()


@pytest.mark.parametrize("status", [0, 1])
def test_a_statement_of_our_own(vault: Vault, authority: Authority, status: int) -> None:
    """What the tests below change is right before; `granted with changes` is taken if nothing was that matters."""
    asked = Asked.by(vault)
    answer = authority.sign(asked.said())
    take(vault, granted(token_in(answer, ""), status), authority)
    assert problems(vault) == [""]


def test_a_token_that_brings_its_root(vault: Vault, authority: Authority) -> None:
    """It does no harm, in whatever order the certificates stand: OpenSSL does not keep to that of DER."""
    take(vault, authority.stamp(request_for_item(vault, "claims.txt").request, chain=authority.root), authority)
    assert problems(vault) == [""]


def test_a_signer_who_is_trusted_himself(vault: Vault, tmp_path: Path) -> None:
    """A certificate for timestamps that signs itself, and that somebody named, is its own root."""
    alone = replace(Authority.make(tmp_path), signer="root")
    self_signed = ("-x509", "-key", "root.key", "-subj", "/CN=Alone", "-days", "10", "-extensions", "stamps")
    openssl("req", "-config", "authority.cnf", *self_signed, "-out", "root.pem", cwd=tmp_path)
    asked = Asked.by(vault)
    record = take(vault, alone.sign(asked.said(time=time.time() + 1)), alone).record
    assert (record.authority, len(record.certificates)) == ("Alone", 1)
    assert problems(vault) == [""]


def test_ids_are_found_by_their_beginning(vault: Vault) -> None:
    """At least four digits of it; one that is nobody's is said to be so."""
    made = request_for_item(vault, "claims.txt").record.timestamp
    assert find_timestamp(vault.catalog, made[:4].upper()).id == made
    for typed in ("", made[:3], "f" * 33):
        with pytest.raises(NoSuchTimestamp):
            find_timestamp(vault.catalog, typed)
    again = made[:8] + "0" * 24
    record = TimestampRequested(timestamp=again, target="item", algorithm="sha256", imprint="0" * 64, nonce="0" * 16)
    on_record(vault, record)
    with pytest.raises(AmbiguousTimestamp):
        find_timestamp(vault.catalog, made[:8])


def on_record(vault: Vault, record: Record) -> None:
    """Record what a member says, true or not."""
    with transaction(vault) as change:
        change.record(record, root_room(vault.catalog).id)
        change.commit()


# What is not taken


def refused(vault: Vault, answer: bytes, authority: Authority, *lists: Path) -> str:
    """Why an answer is not taken, which leaves the journal as it was."""
    before = vault.catalog.head
    with pytest.raises((TimestampRefused, NotATimestamp)) as caught:
        take(vault, answer, authority, *lists)
    assert vault.catalog.head == before
    return str(caught.value.fields["reason"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nonce": 7}, "no request"),
        ({"nonce": None}, "no request"),
        ({"imprint": bytes(32)}, "another hash"),
        ({"imprint": bytes(64)}, "another hash"),
        ({"algorithm": "sha512"}, "another hash"),
        ({"algorithm": "sha1"}, "another hash"),
        ({"accuracy": element(SEQUENCE, integer(DAY + 1))}, "more than a day"),
        ({"accuracy": element(SEQUENCE, integer(1 << 100))}, ""),
    ],
    ids=str,
)
def test_an_answer_to_something_else(vault: Vault, authority: Authority, change: dict[str, Any], reason: str) -> None:
    """Another nonce, or none; another hash, or one made in another way; a time that says nothing."""
    asked = Asked.by(vault)
    assert reason in refused(vault, authority.sign(asked.said(**change)), authority)


def test_the_answer_to_another_request(vault: Vault, authority: Authority) -> None:
    """One of another vault's, and one with the hash of one request and the nonce of another."""
    answer = authority.stamp(request_for_item(vault_at(), "claims.txt").request)
    add_content(vault, {"other.txt": b"other"})
    one, two = (request_for_item(vault, name).record for name in ("claims.txt", "other.txt"))
    assert "no request" in refused(vault, answer, authority)
    mixed = request(one.algorithm, one.imprint, two.nonce)
    assert "another hash" in refused(vault, authority.stamp(mixed), authority)


def test_an_answer_is_taken_once(vault: Vault, authority: Authority) -> None:
    """The second time is a conflict, also with another token for the same request."""
    requested = request_for_item(vault, "claims.txt")
    answers = [authority.stamp(requested.request) for _time in range(2)]
    take(vault, answers[0], authority)
    for answer in answers:
        with pytest.raises(Conflict):
            take(vault, answer, authority)


@pytest.mark.parametrize("profile", ["not-critical", "two-purposes", "mail", "no-purpose", "key-agreement"])
def test_a_certificate_for_something_else(vault: Vault, authority: Authority, profile: str) -> None:
    """The purpose must be stated, critical, and timestamps alone; the key must be one that signs."""
    asked = Asked.by(vault)
    answer = authority.signed_by(profile).sign(asked.said())
    assert "timestamps only" in refused(vault, answer, authority)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (("-md", "sha1", "-cades"), "not safe"),
        (("-md", "sha256"), "does not bring the certificate"),
        (("-md", "sha256", "-cades", "-nocerts"), "does not bring the certificate"),
        (("-md", "sha256", "-noattr"), ""),
    ],
    ids=str,
)
def test_a_signature_of_another_kind(vault: Vault, authority: Authority, how: tuple[str, ...], reason: str) -> None:
    """With a weak hash; without the attribute that names the certificate, the certificate itself, any attribute."""
    asked = Asked.by(vault)
    assert reason in refused(vault, authority.sign(asked.said(), *how), authority)


def test_signed_data_of_another_kind(vault: Vault, authority: Authority) -> None:
    """The same bytes, signed as something else than a timestamp, or by two."""
    asked = Asked.by(vault)
    refused(vault, authority.sign(asked.said(), kind="1.2.840.113549.1.7.1"), authority)
    second = ("-signer", "stamps.pem", "-inkey", "stamps.key")
    twice = authority.signed_by("mail").sign(asked.said(), "-md", "sha256", "-cades", *second)
    refused(vault, twice, authority)


def test_an_authority_that_nobody_trusts(vault: Vault, authority: Authority, other: Authority) -> None:
    """Not with the name of a trusted one, and not with a root that the token brings itself."""
    sent = request_for_item(vault, "claims.txt").request
    for chain in (None, other.root):
        assert "no authority that you trust" in refused(vault, other.stamp(sent, chain=chain), authority)
    answer, rootless = authority.stamp(sent), Trust(tuple(read_certificates(authority.certificate.read_bytes())))
    with pytest.raises(TimestampRefused, match="there is no root"):
        import_timestamp(vault, answer, "answer.tsr", rootless)
    take(vault, answer, authority)
    (problem,) = problems(vault, trust(other))
    assert "no authority that you trust" in problem


@pytest.mark.parametrize("years", [-3, 12])
def test_a_certificate_out_of_its_time(authority: Authority, years: int) -> None:
    """Not valid yet, or not any more, when the token says that it was made."""
    vault = vault_at(years * 365 * DAY)
    asked = Asked.by(vault)
    answer = authority.sign(asked.said(time=time.time() + years * 365 * DAY))
    assert "at that time" in refused(vault, answer, authority)


@pytest.mark.parametrize("seconds", [-301, -DAY, 310, DAY, 1000 * DAY])
def test_clocks_that_disagree(vault: Vault, authority: Authority, seconds: int) -> None:
    """A time still to come, or before the request, is not taken; a few minutes, and what the authority admits, are."""
    asked = Asked.by(vault)
    shifted = asked.time + seconds
    with pytest.raises(ClocksDisagree):
        take(vault, authority.sign(asked.said(time=shifted)), authority)
    if 0 < seconds < DAY:
        take(vault, authority.sign(asked.said(time=shifted, accuracy=element(SEQUENCE, integer(15)))), authority)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (rejected("bad request\n\x1b[2J"), "bad request"),
        (rejected(), "does not say why"),
        (rejected("later", status=3), "later"),
        (rejected("revoked", status=5), "revoked"),
    ],
    ids=["words", "none", "waiting", "revoked"],
)
def test_a_rejection(vault: Vault, authority: Authority, answer: bytes, reason: str) -> None:
    """The authority's own words are told, without what could disturb a terminal; the request stays open."""
    request_for_item(vault, "claims.txt")
    with pytest.raises(RequestRejected) as caught:
        take(vault, answer, authority)
    assert reason in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_what_is_no_answer(vault: Vault, authority: Authority) -> None:
    """Nothing, anything, a status that does not fit, an answer with something behind it, one that is huge."""
    right = authority.stamp(request_for_item(vault, "claims.txt").request)
    token = token_in(right, "")
    for answer in (
        b"",
        b"garbage",
        b"\x30\x80\x00\x00",
        token,
        rejected(status=0),
        granted(token, 2),
        granted(token + token),
        granted(element(SEQUENCE, b"")),
        right + b"\x00",
        right + right,
        element(SEQUENCE, elements(right)[0].content + bytes(MAX_ANSWER)),
    ):
        refused(vault, answer, authority)


def test_an_answer_that_is_cut_off(pytestconfig: pytest.Config, vault: Vault, authority: Authority) -> None:
    """At any byte it is none."""
    right = authority.stamp(request_for_item(vault, "claims.txt").request)
    for length in some(pytestconfig, range(len(right))):
        refused(vault, right[:length], authority)


def test_an_altered_answer(pytestconfig: pytest.Config, vault: Vault, authority: Authority) -> None:
    """One bit in any byte: it is refused, or says the same, since the bit is one that no signature has to cover."""
    right = authority.stamp(request_for_item(vault, "claims.txt").request)
    trusted = trust(authority)
    said = _said(Token(token_in(right, ""), ""), trusted)
    is_same = 0
    for number in some(pytestconfig, range(len(right))):
        altered = bytearray(right)
        altered[number] ^= 1 << number % 8
        try:
            token = Token(token_in(bytes(altered), ""), "")
            assert _said(token, trusted) == said
            is_same += 1
        except (VaultError, Untrusted):
            continue
    assert is_same < len(right) // 50


def _said(token: Token, trusted: Trust) -> tuple[object, ...]:
    (signer, *_vouching) = token.check(trusted)
    return (token.time, token.nonce, token.imprint, token.algorithm, token.serial, token.policy, token.accuracy, signer)


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    """No answer and no token makes the program stumble."""
    for attempt in (lambda: token_in(data, ""), lambda: Token(data, "")):
        with suppress(NotATimestamp, RequestRejected):
            attempt()


# Revocation


@pytest.fixture
def revoking(tmp_path: Path) -> Authority:
    """An authority that can revoke, as the others do not."""
    return Authority.make(tmp_path)


@pytest.mark.parametrize(
    ("reason", "is_taken"),
    [
        ("superseded", True),
        ("cessationOfOperation", True),
        ("keyCompromise", False),
        ("unspecified", False),
    ],
)
def test_a_revoked_certificate(revoking: Authority, vault: Vault, reason: str, is_taken: bool) -> None:
    """If its key may be in other hands no timestamp counts; else those before the revocation do (RFC 3161 §4.1)."""
    asked = Asked.by(vault)
    answer = revoking.sign(asked.said())
    assert "revoked" in refused(vault, answer, revoking, revoking.revoke(reason, asked.time - 60))
    later = revoking.revoke(reason, asked.time + 60)
    if is_taken:
        take(vault, answer, revoking, later)
    else:
        assert "revoked" in refused(vault, answer, revoking, later)


def test_a_revocation_list_of_no_use(revoking: Authority, other: Authority) -> None:
    """Of another authority, also one of the same name; too old."""
    vault = vault_at()
    sent = request_for_item(vault, "claims.txt").request
    assert "not of an authority" in refused(vault, revoking.stamp(sent), revoking, other.revoke())
    late = vault_at(3700 * DAY)
    asked = Asked.by(late)
    long_lived = revoking.signed_by("stamps", name="long", days="7000")
    answer = long_lived.sign(asked.said(time=time.time() + 3700 * DAY))
    assert "too old" in refused(late, answer, revoking, revoking.revoke())
    take(late, answer, revoking)


DISTANT = x509.UniformResourceIdentifier("http://crl.example/part")


def scope(**only: Any) -> x509.IssuingDistributionPoint:
    """What a list says that it is about: everything, but for `only`."""
    everything: dict[str, Any] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**everything | only)


def partial_list(authority: Authority, *extensions: x509.ExtensionType) -> Path:
    """A list of the root with critical extensions, on which nobody is."""
    root_certificate = x509.load_pem_x509_certificate(authority.root.read_bytes())
    key = load_pem_private_key((authority.folder / "root.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    now = datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder(root_certificate.subject)
    builder = builder.last_update(now - timedelta(days=1)).next_update(now + timedelta(days=30))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    path = authority.folder / "partial.crl"
    path.write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.DER))
    return path


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(5),
        scope(only_contains_ca_certs=True),
        scope(only_contains_attribute_certs=True),
        scope(indirect_crl=True),
        scope(only_some_reasons=frozenset((x509.ReasonFlags.key_compromise,))),
        scope(full_name=[DISTANT]),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ],
    ids=["changes", "authorities", "attributes", "indirect", "reasons", "part", "unknown"],
)
def test_a_revocation_list_of_a_part(vault: Vault, authority: Authority, extension: x509.ExtensionType) -> None:
    """That the signer is not on it says nothing where he would not be on it anyway, or where nobody knows."""
    answer = authority.stamp(request_for_item(vault, "claims.txt").request)
    assert "complete list" in refused(vault, answer, authority, partial_list(authority, extension))
    take(vault, answer, authority, partial_list(authority, scope(only_contains_user_certs=True)))


# What a member says falsely


def test_a_timestamp_of_something_else(vault: Vault, authority: Authority) -> None:
    """A member records a request that is not of what it says: the check tells, for each kind of thing."""
    stamped = head(vault)
    lies: list[dict[str, Any]] = [
        {"target": "item", "item": "0" * 32, "version": 1},
        {"target": "head", "origin": stamped.origin, "size": 3, "root": stamped.root.hex()},
        {"target": "head", "origin": "ipvault.vault/" + "0" * 32, "size": stamped.size, "root": stamped.root.hex()},
        {"target": "head", "origin": stamped.origin, "size": 10_000, "root": stamped.root.hex()},
        {"target": "timestamp", "renews": "0" * 32},
    ]
    for number, lie in enumerate(lies):
        imprint = hashlib.sha256(stamped.text.encode()).hexdigest()
        nonce = f"{number + 1:016x}"
        id_ = f"{number:032x}"
        on_record(vault, TimestampRequested(timestamp=id_, algorithm="sha256", imprint=imprint, nonce=nonce, **lie))
        take(vault, authority.stamp(request("sha256", imprint, nonce)), authority)
    found = problems(vault)
    assert len(found) == len(lies)
    assert all(found)


def test_evidence_that_was_recorded_falsely(vault: Vault, authority: Authority) -> None:
    """A member records a token of another request, or no token at all, or no certificates: the check tells."""
    sent = request_for_item(vault, "claims.txt")
    stray = token_in(authority.stamp(request("sha256", sent.record.imprint, "1" * 16)), "")
    kept = to_base64(to_der(read_certificates(authority.root.read_bytes())[0]))
    for number, (token, certificates) in enumerate(((stray, (kept,)), (b"no token", (kept,)), (stray, ("AAAA",)))):
        nonce, id_ = f"{number + 5:016x}", f"{number + 5:032x}"
        asked: dict[str, Any] = {"algorithm": "sha256", "imprint": sent.record.imprint, "nonce": nonce}
        on_record(vault, TimestampRequested(timestamp=id_, target="item", item=sent.record.item, version=1, **asked))
        told: dict[str, Any] = {
            "authority": "x",
            "at": "2030-01-02T03:04:05.678Z",
            "until": "2030-01-02T03:04:05.678Z",
            "serial": "1",
        }
        fields = {**told, "policy": "1.2.3", "ca": "0" * 64, "accuracy": 0, "certificates": certificates}
        on_record(vault, TimestampImported(timestamp=id_, token=to_base64(token), revocations=(), **fields))
    assert len(problems(vault)) == 3
    assert all(problems(vault))
