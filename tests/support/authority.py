"""A time stamping authority of our own, made with `openssl`: it knows nothing of ipvault."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ipvault.evidence.der import NULL, OCTETS, OID, SEQUENCE, element, integer
from tests.support.peers import need

TIME_STAMP = "1.2.840.113549.1.9.16.1.4"
"""What the content of a token is, by its object identifier."""

_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = to be replaced
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[not-critical]
extendedKeyUsage = timeStamping
[two-purposes]
extendedKeyUsage = critical, timeStamping, clientAuth
[mail]
extendedKeyUsage = critical, emailProtection
[no-purpose]
basicConstraints = critical, CA:FALSE
[key-agreement]
keyUsage = critical, keyAgreement
extendedKeyUsage = critical, timeStamping
[ca]
default_ca = default
[default]
database = index
crlnumber = crlnumber
default_md = sha256
default_crl_days = 3650
[tsa]
default_tsa = default_tsa
[default_tsa]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha384, sha512, sha1
accuracy = secs:1, millisecs:500
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
clock_precision_digits = 3
"""


def openssl(*arguments: str | Path, cwd: Path) -> str:
    """What `openssl` prints. Raises `CalledProcessError` where it fails."""
    command = [need("openssl"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Authority:
    """A root and those that it vouches for, in a folder; `signer` names who stamps."""

    folder: Path
    signer: str = "stamps"

    @classmethod
    def make(cls, folder: Path, name: str = "Local Root") -> Authority:
        """A new root in a folder of its own, and somebody who may stamp."""
        folder.mkdir(exist_ok=True)
        made = cls(folder)
        made.write("authority.cnf", _CONFIGURATION)
        for file, content in (("serial", "01\n"), ("crlnumber", "01\n"), ("index", "")):
            made.write(file, content)
        made._key("root")
        made._run("req", "-x509", "-key", "root.key", "-subj", f"/CN={name}", "-days", "7300", *_ROOT)
        return made.signed_by("stamps")

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @property
    def certificate(self) -> Path:
        """That of whoever stamps."""
        return self.folder / f"{self.signer}.pem"

    def signed_by(self, profile: str, *, name: str = "", days: str = "3650", extra: tuple[str, ...] = ()) -> Authority:
        """The same, with somebody else who stamps: `profile` is what the certificate is for."""
        other = replace(self, signer=name or profile)
        if other.certificate.exists():
            return other
        self._key(other.signer)
        request = f"{other.signer}.csr"
        self._run("req", "-new", "-key", f"{other.signer}.key", "-subj", f"/CN=Local {other.signer}", "-out", request)
        by_root = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extensions", profile, "-days", days)
        openssl("x509", "-req", "-in", request, *by_root, *_WITH, *extra, "-out", other.certificate, cwd=self.folder)
        return other

    def stamp(self, request: bytes, *, chain: Path | None = None, section: str = "default_tsa") -> bytes:
        """The answer to a request, with the certificates of `chain` in it."""
        (self.folder / "request.tsq").write_bytes(request)
        more = ("-chain", chain) if chain else ()
        signer = ("-signer", self.certificate, "-inkey", f"{self.signer}.key")
        self._run(
            "ts", "-reply", "-section", section, "-queryfile", "request.tsq", *signer, *more, "-out", "answer.tsr"
        )
        return (self.folder / "answer.tsr").read_bytes()

    def sign(self, info: bytes, *more: str, kind: str = TIME_STAMP) -> bytes:
        """A token around any statement, as `openssl ts` would not make it; the status that grants it stands before."""
        (self.folder / "info.der").write_bytes(info)
        signer = ("-signer", self.certificate, "-inkey", f"{self.signer}.key")
        form = ("-binary", "-nodetach", "-nosmimecap", "-outform", "DER", "-econtent_type", kind)
        how = more or ("-md", "sha256", "-cades")
        openssl("cms", "-sign", *form, "-in", "info.der", *signer, *how, "-out", "token.der", cwd=self.folder)
        return granted((self.folder / "token.der").read_bytes())

    def revoke(self, reason: str = "", when: float = 0) -> Path:
        """The revocation list of the root; where there is a reason, whoever stamps is on it, as of `when`."""
        serial = (
            openssl("x509", "-in", self.certificate, "-noout", "-serial", cwd=self.folder).strip().partition("=")[2]
        )
        revoked = f"{datetime.fromtimestamp(when, UTC):%y%m%d%H%M%SZ},{reason}"
        self.write("index", f"R\t491231235959Z\t{revoked}\t{serial}\tunknown\t/CN=any\n" if reason else "")
        self._run("ca", "-keyfile", "root.key", "-cert", "root.pem", "-gencrl", "-out", "revoked.crl")
        return self.folder / "revoked.crl"

    def _key(self, name: str) -> None:
        curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        openssl("genpkey", *curve, "-out", f"{name}.key", cwd=self.folder)

    def _run(self, command: str, *arguments: str | Path) -> None:
        openssl(command, "-config", "authority.cnf", *arguments, cwd=self.folder)


_ROOT = ("-extensions", "root", "-out", "root.pem")
_WITH = ("-extfile", "authority.cnf")

_HASHES = {
    "sha256": bytes.fromhex("608648016503040201"),
    "sha512": bytes.fromhex("608648016503040203"),
    "sha1": bytes.fromhex("2b0e03021a"),
}
_POLICY = bytes.fromhex("2a0304")


def granted(token: bytes, status: int = 0) -> bytes:
    """An answer with a token in it."""
    return element(SEQUENCE, element(SEQUENCE, integer(status)) + token)


def rejected(reason: str = "", status: int = 2) -> bytes:
    """An answer without one."""
    words = element(SEQUENCE, element(0x0C, reason.encode())) if reason else b""
    return element(SEQUENCE, element(SEQUENCE, integer(status) + words))


def statement(
    imprint: bytes, nonce: int | None, time: float, *, accuracy: bytes = b"", algorithm: str = "sha256"
) -> bytes:
    """What a token says (TSTInfo, RFC 3161 §2.4.2), with `accuracy` as it is written."""
    hashed_by = element(SEQUENCE, element(OID, _HASHES[algorithm]) + element(NULL, b""))
    message = element(SEQUENCE, hashed_by + element(OCTETS, imprint))
    moment = element(0x18, f"{datetime.fromtimestamp(time, UTC):%Y%m%d%H%M%SZ}".encode())
    number = b"" if nonce is None else integer(nonce)
    parts = (integer(1), element(OID, _POLICY), message, integer(7), moment, accuracy, number)
    return element(SEQUENCE, b"".join(parts))
