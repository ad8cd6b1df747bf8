"""A time stamping authority of our own, made with `openssl`: it knows nothing of ipvault."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.peers import need

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
        """A new root in an empty folder, and somebody who may stamp."""
        made = cls(folder)
        made.write("authority.cnf", _CONFIGURATION)
        for file, content in (("serial", "01\n"), ("crlnumber", "01\n"), ("index", "")):
            made.write(file, content)
        made._key("root")
        made._run("req", "-x509", "-key", "root.key", "-subj", f"/CN={name}", "-extensions", "root", "-out", "root.pem")
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

    def revoke(self, reason: str | None = None) -> Path:
        """The revocation list of the root, after it has revoked whoever stamps, if there is a reason for it."""
        keys = ("-keyfile", "root.key", "-cert", "root.pem")
        if reason:
            self._run("ca", *keys, "-revoke", self.certificate, "-crl_reason", reason)
        self._run("ca", *keys, "-gencrl", "-out", "revoked.crl")
        return self.folder / "revoked.crl"

    def _key(self, name: str) -> None:
        curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        openssl("genpkey", *curve, "-out", f"{name}.key", cwd=self.folder)

    def _run(self, command: str, *arguments: str | Path) -> None:
        openssl(command, "-config", "authority.cnf", *arguments, cwd=self.folder)


_WITH = ("-extfile", "authority.cnf")
