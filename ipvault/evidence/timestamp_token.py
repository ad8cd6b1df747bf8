"""Timestamp tokens (RFC 3161): what one says, and whether an authority that somebody trusts has signed it.

OpenSSL checks signature and chain, by way of `rfc3161-client`; what that leaves out is checked here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple, cast

from ipvault.crypto.certificates import (
    Certificate,
    RevocationList,
    chain_of,
    covers,
    is_current,
    is_for_timestamps,
    is_root,
    is_signed_by,
    name_of,
    read_certificates,
    to_der,
    was_revoked,
)
from ipvault.errors import NotATimestamp, TimestampsNotInstalled
from ipvault.evidence.der import SEQUENCE, element, integer
from ipvault.evidence.signed_data import SignedData
from ipvault.evidence.timestamp_exchange import one_line
from ipvault.text import _
from ipvault.vault.clock import timestamp

try:
    from rfc3161_client import Accuracy, VerificationError, VerifierBuilder, decode_timestamp_response
except ImportError:  # an extra: whoever checks timestamps imports this module then, and is told
    raise TimestampsNotInstalled from None

_GRANTED: Final = element(SEQUENCE, integer(0))
"""The status before a token in the answer of an authority; the library takes no token without it."""

_HASHES: Final = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.3": "sha512"}


class Untrusted(Exception):
    """A token does not prove what it says; the argument is a clause that says why."""


class Trust(NamedTuple):
    """Whom somebody trusts to know the time: certificates with at least one root, and revocation lists."""

    certificates: tuple[Certificate, ...]
    revocations: tuple[RevocationList, ...] = ()


class Said(NamedTuple):
    """What a token and its signer's certificate say, in the form in which a record has it; see `TimestampImported`."""

    authority: str
    at: str
    accuracy: int
    until: str
    serial: str
    policy: str


class Token:
    """What a token (DER) says, of which nothing is proven: `check` does that. Raises `NotATimestamp` for what is none.

    `algorithm` is that of `imprint`, empty for one that ipvault hands out no hashes of.
    """

    def __init__(self, der: bytes, place: str) -> None:
        self.der = der
        try:
            self._signed = SignedData(der)
            self._answer = decode_timestamp_response(element(SEQUENCE, _GRANTED + self._signed.orderly()))
            info = self._answer.tst_info
            self.time: datetime = info.gen_time + timedelta(milliseconds=self._signed.milliseconds())
            self.nonce: int | None = info.nonce
            self.imprint = bytes(info.message_imprint.message)
            self.algorithm = _HASHES.get(info.message_imprint.hash_algorithm.dotted_string, "")
            self.serial = f"{info.serial_number:x}"
            self.policy = info.policy.dotted_string
        except (ValueError, LookupError, OverflowError):
            raise NotATimestamp(place=place, reason=_("it is not a timestamp")) from None

    @property
    def accuracy(self) -> int:
        """By how many milliseconds the time can be wrong, as the authority says; 0 where it does not say."""
        accuracy = cast("Accuracy | None", self._answer.tst_info.accuracy)  # it is optional, whatever the library says
        if accuracy is None:
            return 0
        return 1000 * (accuracy.seconds or 0) + (accuracy.millis or 0) + bool(accuracy.micros)

    def check(self, trust: Trust) -> list[Certificate]:
        """The signer's certificate and what vouches for it, to a trusted root. Raises `Untrusted`.

        All of it was valid at the time that the token says, and not revoked by any of the revocation lists.
        """
        roots = [one for one in trust.certificates if is_root(one)]
        if not roots:
            raise Untrusted(_("among the certificates that you trust there is no root, which is one that signs itself"))
        try:
            signer = self._signer()
            self._check_signature(roots, [one for one in trust.certificates if one not in roots])
            chain = chain_of(signer, [*trust.certificates, *self._embedded()])
            self._check_revocations(chain, trust.revocations)
        except (ValueError, LookupError, TypeError):
            raise Untrusted(_("the authority's certificate, or its signature, is malformed")) from None
        if chain[-1] not in roots:
            raise Untrusted(_("no authority that you trust vouches for the signer"))
        return chain

    def check_against(self, chain: list[Certificate], lists: Iterable[RevocationList]) -> list[RevocationList]:
        """Those of `lists` that an authority of `chain`, which `check` gave, has signed: none of them revoked it.

        Raises `Untrusted`.
        """
        theirs = [one for one in lists if any(is_signed_by(one, issuer) for issuer in chain[1:])]
        try:
            self._check_revocations(chain, theirs)
        except (ValueError, LookupError, TypeError):
            raise Untrusted(_("a revocation list is malformed")) from None
        return theirs

    def said_by(self, signer: Certificate) -> Said:
        """What it says when this is who signed it."""
        until = timestamp(signer.not_valid_after_utc.timestamp())
        words = (one_line(text) for text in (self.serial, self.policy))
        return Said(one_line(name_of(signer)), timestamp(self.time.timestamp()), self.accuracy, until, *words)

    def _signer(self) -> Certificate:
        """The certificate that the signature names, which must be one for timestamps. Raises `Untrusted`."""
        if not self._signed.is_timestamp():
            raise Untrusted(_("it is not a timestamp that one authority has signed"))
        if not self._signed.has_safe_hash():
            raise Untrusted(_("it is signed with a hash that is not safe any more"))
        signers = [(one.issuer, one.serial_number) for one in self._answer.signed_data.signer_infos]
        embedded = [one for one in self._embedded() if (one.issuer, one.serial_number) in signers]
        named = [one for one in embedded if self._signed.names(to_der(one))]
        if not named:
            raise Untrusted(_("it does not bring the certificate that it says it is signed with"))
        if not is_for_timestamps(named[0]):
            raise Untrusted(_("the certificate that it is signed with is not one for timestamps only"))
        return named[0]

    def _check_signature(self, roots: list[Certificate], others: list[Certificate]) -> None:
        verifier = VerifierBuilder(roots=roots, intermediates=others).build()
        try:
            verifier.verify(self._answer, self.imprint)
        except VerificationError:
            text = _("its signature is wrong, or no authority that you trust vouches for the signer at that time")
            raise Untrusted(text) from None

    def _check_revocations(self, chain: list[Certificate], lists: Iterable[RevocationList]) -> None:
        for revocations in lists:
            of_issuer = [one for one, issuer in pairwise(chain) if is_signed_by(revocations, issuer)]
            if not of_issuer:
                raise Untrusted(_("a revocation list is not of an authority that vouches for the signer"))
            if not any(covers(revocations, one) for one in of_issuer):
                raise Untrusted(
                    _(
                        "a revocation list is not about the certificates of those who vouch for the signer: it holds "
                        "changes or a part only, or something in it is not understood here; ask the authority for its "
                        "complete list"
                    )
                )
            if not is_current(revocations, self.time):
                raise Untrusted(_("a revocation list is too old: at the time of the timestamp a later one was due"))
            if any(was_revoked(one, revocations, self.time) for one in of_issuer):
                raise Untrusted(_("the certificate that it is signed with, or one that vouches for it, was revoked"))

    def _embedded(self) -> list[Certificate]:
        """The certificates that the token brings, which nobody trusts for that."""
        return [read_certificates(der)[0] for der in self._answer.signed_data.certificates]
