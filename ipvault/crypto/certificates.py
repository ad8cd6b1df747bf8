"""X.509 certificates and revocation lists (RFC 5280) of those who stamp times, as far as RFC 3161 asks for it.

Whether a signature is the authority's and its chain was valid at a time is for OpenSSL to say, by way of the library
that checks tokens; here is what that leaves out: the purpose of a certificate, and whether it was revoked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from warnings import catch_warnings

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import Certificate as Certificate, ReasonFlags
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

RevocationList = x509.CertificateRevocationList

_LONGEST_CHAIN: Final = 8

_HARMLESS: Final = (ReasonFlags.affiliation_changed, ReasonFlags.superseded, ReasonFlags.cessation_of_operation)
"""Reasons for a revocation after which earlier timestamps still count (RFC 3161 §4.1); after all others none does."""


_UNREADABLE: Final = (
    KeyError,  # text of an unknown kind in a name
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What malformed certificates and extensions end with."""


def read_certificates(data: bytes) -> list[Certificate]:
    """The certificates in a file, PEM or DER, but for those whose number is not positive. Raises ValueError."""
    load = x509.load_pem_x509_certificates if b"-----BEGIN " in data else _load_one
    with catch_warnings(category=CryptographyDeprecationWarning, action="ignore"):  # those few are what it warns of
        try:
            return [one for one in load(data) if one.serial_number > 0]
        except _UNREADABLE as error:
            raise ValueError("no certificate") from error


def _load_one(data: bytes) -> list[Certificate]:
    return [x509.load_der_x509_certificate(data)]


def read_revocation_list(data: bytes) -> RevocationList:
    """The revocation list in a file, PEM or DER. Raises ValueError."""
    try:
        if b"-----BEGIN " in data:
            return x509.load_pem_x509_crl(data)
        return x509.load_der_x509_crl(data)
    except _UNREADABLE as error:
        raise ValueError("no revocation list") from error


def to_der(one: Certificate | RevocationList) -> bytes:
    """A certificate or revocation list as it was signed."""
    return one.public_bytes(Encoding.DER)


def to_pem(certificate: Certificate) -> bytes:
    """A certificate in the text form of RFC 7468."""
    return certificate.public_bytes(Encoding.PEM)


def fingerprint(certificate: Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal."""
    return certificate.fingerprint(SHA256()).hex()


def name_of(certificate: Certificate) -> str:
    """What the holder of a certificate is called: the common name, or all of the name, which can be empty."""
    try:
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else certificate.subject.rfc4514_string()
    except _UNREADABLE:
        return ""


def issued(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether `issuer` signed `certificate`."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*_UNREADABLE, InvalidSignature, TypeError):
        return False
    return True


def is_root(certificate: Certificate) -> bool:
    """Whether it signs itself."""
    return issued(certificate, certificate)


def chain_of(certificate: Certificate, others: Sequence[Certificate]) -> list[Certificate]:
    """A certificate, and out of `others` the issuer of each before it, to a root if one is there."""
    found = [certificate]
    while len(found) < _LONGEST_CHAIN and not is_root(found[-1]):
        issuer = next((one for one in others if one not in found and issued(found[-1], one)), None)
        if issuer is None:
            break
        found.append(issuer)
    return found


def is_for_timestamps(certificate: Certificate) -> bool:
    """Whether its key is for timestamps and, as RFC 3161 §2.3 has it, for nothing else."""
    try:
        extensions = certificate.extensions
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (*_UNREADABLE, x509.ExtensionNotFound):
        return False
    if not purposes.critical or list(purposes.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        return False
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    signs = usage.digital_signature or usage.content_commitment
    does_more = usage.key_encipherment or usage.data_encipherment or usage.key_agreement
    return signs and not (does_more or usage.key_cert_sign or usage.crl_sign)


def is_signed_by(revocations: RevocationList, issuer: Certificate) -> bool:
    """Whether a revocation list is that of `issuer`."""
    try:
        return revocations.issuer == issuer.subject and revocations.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # raises TypeError for other keys
    except (*_UNREADABLE, TypeError):
        return False


def covers(revocations: RevocationList, certificate: Certificate) -> bool:
    """Whether a list of its issuer is one on which a certificate would be if it was revoked (RFC 5280 §5.2.4, §5.2.5).

    It is not if it says only what changed since another list, or is about other certificates, some reasons, or what
    other issuers revoked; nor if something in it has to be understood that is not understood here.
    """
    try:
        extensions = {one.oid: one for one in revocations.extensions}
        usage = {one.oid: one.value for one in certificate.extensions}
    except _UNREADABLE:
        return False
    scope = extensions.pop(ExtensionOID.ISSUING_DISTRIBUTION_POINT, None)
    if ExtensionOID.DELTA_CRL_INDICATOR in extensions or any(one.critical for one in extensions.values()):
        return False
    if scope is None:
        return True
    points = usage.get(ExtensionOID.CRL_DISTRIBUTION_POINTS)
    constraints = usage.get(ExtensionOID.BASIC_CONSTRAINTS)
    is_authority = isinstance(constraints, x509.BasicConstraints) and constraints.ca
    return _is_in_scope(scope.value, is_authority=is_authority, points=points)


def _is_in_scope(scope: object, *, is_authority: bool, points: object) -> bool:
    """Whether certificates of authorities, or of others, that name these `points` are what a list is about."""
    if not isinstance(scope, x509.IssuingDistributionPoint):
        return False
    if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs or scope.relative_name:
        return False
    if scope.only_contains_user_certs if is_authority else scope.only_contains_ca_certs:
        return False
    if scope.full_name is None:
        return True
    named = points if isinstance(points, x509.CRLDistributionPoints) else ()
    return any(name in (point.full_name or ()) for point in named for name in scope.full_name)


def is_current(revocations: RevocationList, moment: datetime) -> bool:
    """Whether a later list than this one was not due yet at `moment`."""
    due = revocations.next_update_utc
    return due is None or moment <= due


def was_revoked(certificate: Certificate, revocations: RevocationList, moment: datetime) -> bool:
    """Whether, by a list of its issuer, nothing counts that was signed with this certificate's key at `moment`."""
    entry = revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return False
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (*_UNREADABLE, x509.ExtensionNotFound):
        reason = ReasonFlags.unspecified
    return reason not in _HARMLESS or entry.revocation_date_utc <= moment
