"""The heads of a bundle, and what people outside signed of them and of documents."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from functools import cached_property

from ipvault.evidence.bundle.ed25519 import ed25519_verifies
from ipvault.evidence.bundle.folder import NUMBER, Folder, Wrong
from ipvault.evidence.bundle.merkle import encode, proves_consistency
from ipvault.evidence.bundle.openssl import openssl_timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Verifier = Callable[[bytes, bytes, bytes], "bool | None"]

NO_MLDSA44 = "needs openssl 3.5 or later"

FIELD = re.compile(rb'\["[0-9a-f]{32}",("[A-Za-z_][A-Za-z0-9_]*"),(.+)\]', re.DOTALL)
CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n")


HEAD, RECORD, TIMESTAMP = "head", "record", "timestamp"


class Seen:
    """Somebody outside signed, at a time: a head, the document of a record, or an earlier timestamp; and `which` one.

    `by` is the fingerprint of a witness, or the SHA-256 of the certificate of an authority.
    """

    def __init__(self, what: str, which: str, by: str, at: int, stamp: str = "") -> None:
        self.what = what
        self.which = which
        self.by = by
        self.stamp = stamp
        self.time = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))

    def order(self) -> tuple[str, int]:
        """Heads come first, by their sizes."""
        return self.what, int(self.which, 16)

    def __str__(self) -> str:
        what = {RECORD: f"the document of record {self.which}", TIMESTAMP: f"the timestamp {self.which}"}
        by = f"dated {self.time} by the authority" if self.stamp else f"signed {self.time} by the witness"
        return f"{what.get(self.what) or up_to(self.which)}: {by} {self.by}"


def up_to(size: str) -> str:
    """What a head of that size covers."""
    return f"up to record {int(size) - 1}"


class Heads(Folder):
    """The checks of heads, witnesses and timestamps; `seen` is what people outside signed, as far as it was right."""

    def __init__(self, folder: str, mldsa44: Verifier) -> None:
        super().__init__(folder)
        self._mldsa44 = mldsa44
        self.seen: list[Seen] = []

    @property
    def vault(self) -> str:
        text = self.read("vault").decode("ascii")
        if not re.fullmatch("[0-9a-f]{32}\n", text):
            raise Wrong("vault holds no vault id")
        return text[:-1]

    @property
    def maker(self) -> str:
        text = self.read("maker").decode("ascii")
        return self._fingerprint(text[:-1])

    @cached_property
    def largest(self) -> str:
        """The number of records of the largest head: what that proves, all others have to agree with."""
        sizes = [size for size in self.names("heads") if NUMBER.fullmatch(size)]
        return sizes[-1] if sizes else "0"

    def _fingerprint(self, text: str) -> str:
        if not re.fullmatch("[0-9a-f]{64}", text):
            raise Wrong("that is no fingerprint")
        return text

    def _keys(self, folder: str, fingerprint: str) -> list[bytes]:
        """The keys of a person: for encryption, Ed25519 and ML-DSA-44."""
        there = f"{folder}/{self._fingerprint(fingerprint)}"
        keys = [self.read(f"{there}/{name}") for name in ("kem", "ed25519", "mldsa44")]
        if hashlib.sha256(encode(b"fingerprint", *keys)).hexdigest() != fingerprint:
            raise Wrong("the fingerprint is not that of the keys")
        return keys

    def head(self, size: str) -> tuple[bytes, bytes, dict[str, list[bytes]]]:
        """The signed text of a checkpoint (C2SP tlog-checkpoint), its root, and its signatures by names."""
        text, blank, signatures = self.read(f"heads/{size}/checkpoint").partition(b"\n\n")
        origin, number, root = text.decode("ascii").split("\n")
        of_vault = re.fullmatch(f"ipvault\\.vault/{self.vault}(/{NUMBER.pattern})?", origin)
        if not blank or not of_vault or number != size or size == "0" or not NUMBER.fullmatch(size):
            raise Wrong("it is not a checkpoint of this vault and size")
        by_name: dict[str, list[bytes]] = {}
        for line in signatures.decode().splitlines():
            _dash, name, signature = line.split(" ")
            by_name.setdefault(name, []).append(base64.b64decode(signature, validate=True))
        digest = base64.b64decode(root)
        if base64.b64encode(digest).decode() != root:
            raise Wrong("its root is malformed")
        return text + b"\n", digest, by_name

    def _signatures(self, size: str, name: str, algorithm: bytes, key: bytes) -> list[bytes]:
        """What a key signed of a head in a name; the four bytes that say so are left out."""
        identifier = hashlib.sha256(name.encode() + b"\n" + algorithm + key).digest()[:4]
        signatures = self.head(size)[2].get(name, ())
        return [signature[4:] for signature in signatures if signature[:4] == identifier]

    def check_head(self, size: str) -> None:
        """The checkpoint is signed by the maker."""
        text, key = self.head(size)[0], self.read(f"signers/{self.maker}/ed25519")
        signatures = self._signatures(size, _origin(text), b"\x01", key)
        if not any(ed25519_verifies(key, text, signature) for signature in signatures):
            raise Wrong("no signature of it is that of the maker")

    def check_post_quantum_head(self, size: str) -> str | None:
        """The same with ML-DSA-44."""
        origin, key = _origin(self.head(size)[0]), self.read(f"signers/{self.maker}/mldsa44")
        return self._check_post_quantum([size], origin, key)

    def _check_post_quantum(self, sizes: list[str], name: str, key: bytes) -> str | None:
        """Somebody signed heads with ML-DSA-44 (C2SP tlog-cosignature), one of them at least, and each rightly."""
        outcomes = []
        for size in sizes:
            text, root, _signatures = self.head(size)
            for signature in self._signatures(size, name, b"\x06", key):
                message = _subtree(name, signature[:8], _origin(text), int(size), root)
                outcomes.append(self._mldsa44(key, signature[8:], message))
        if not outcomes:
            raise Wrong("there is no such signature")
        if False in outcomes:
            raise Wrong("a signature is wrong")
        return NO_MLDSA44 if None in outcomes else None

    def check_consistency(self, size: str) -> None:
        """The largest head continues this one: each of its records is in that, at its place (RFC 9162, 2.1.4.2)."""
        root, largest = self.head(size)[1], self.head(self.largest)[1]
        path = self._hashes(f"heads/{size}/consistency")
        if not proves_consistency(int(size), root, int(self.largest), largest, path):
            raise Wrong("its proof does not lead to both roots")

    def _hashes(self, name: str) -> list[bytes]:
        lines = self.read(name).decode("ascii").split("\n")
        if lines.pop() or not all(re.fullmatch("[0-9a-f]{64}", line) for line in lines):
            raise Wrong("its proof is malformed")
        return list(map(bytes.fromhex, lines))

    def check_witness(self, fingerprint: str) -> None:
        """A witness signed checkpoints here (C2SP tlog-cosignature): each of those that name the witness."""
        name, key = f"ipvault.witness/{fingerprint}", self._keys("witnesses", fingerprint)[1]
        seen = []
        for size in self.names("heads"):
            text = self.head(size)[0]
            for signature in self._signatures(size, name, b"\x04", key):
                at = int.from_bytes(signature[:8], "big")
                if at >> 40 or not ed25519_verifies(key, b"cosignature/v1\ntime %d\n" % at + text, signature[8:]):
                    raise Wrong("a signature is wrong")
                seen.append(Seen(HEAD, size, fingerprint, at))
        if not seen:
            raise Wrong("it signed none of the heads")
        self.seen += seen

    def check_post_quantum_witness(self, fingerprint: str) -> str | None:
        """The same with ML-DSA-44."""
        key = self._keys("witnesses", fingerprint)[2]
        return self._check_post_quantum(self.names("heads"), f"ipvault.witness/{fingerprint}", key)

    def check_timestamp(self, name: str) -> str | None:
        """An authority (RFC 3161) saw a checkpoint, the content of a document, or an earlier timestamp."""
        kind, which = self.read(f"timestamps/{name}/of").decode("ascii")[:-1].split(" ")
        if not (re.fullmatch("[0-9a-f]{32}", which) if kind == TIMESTAMP else NUMBER.fullmatch(which)):
            raise Wrong("it does not say of what it is")
        what: dict[str, Callable[[], bytes | str]] = {
            HEAD: lambda: self.head(which)[0],
            RECORD: lambda: self._content(which),
            TIMESTAMP: lambda: self.read(f"timestamps/{which}/token.der"),
        }
        of, token = what[kind](), self.read(f"timestamps/{name}/token.der")
        pem, chain = self.read(f"timestamps/{name}/authority.pem"), self.read(f"timestamps/{name}/certificates.pem")
        authority = self.authority(name)
        try:
            at = openssl_timestamp(token, of, pem, chain)
        except ValueError:
            raise Wrong("openssl does not verify it") from None
        if at is None:
            return "needs openssl"
        self.seen.append(Seen(kind, which, hashlib.sha256(authority).hexdigest(), at, name))
        return None

    def authority(self, stamp: str) -> bytes:
        """The one certificate (DER) that a timestamp was checked with. Raises `Wrong` where there are others."""
        pem = self.read(f"timestamps/{stamp}/authority.pem")
        match = CERTIFICATE.fullmatch(pem)
        if not match:
            raise Wrong("the file of its authority holds something else than one certificate")
        return base64.b64decode(match[1])

    def _content(self, seq: str) -> str:
        """The hash of a document that a record shows."""
        digest = json.loads(self._shown(seq)[b'"sha256"'])
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise Wrong("what it is of is not shown here")
        return str(digest)

    def _shown(self, seq: str) -> dict[bytes, bytes]:
        """The fields that are shown of a record: the texts of their names and values."""
        if not self.has(f"fields/{seq}"):
            return {}
        lines = self.lines(f"fields/{seq}")
        matches = (FIELD.fullmatch(line[2:]) for line in lines if line.startswith(b"+ "))
        return {match[1]: match[2] for match in matches if match}

    @property
    def root(self) -> str:
        """The root of the largest head, in base64."""
        return base64.b64encode(self.head(self.largest)[1]).decode()

    def notes(self) -> list[str]:
        """Who vouches for what."""
        told = [str(one) for one in sorted(self.seen, key=Seen.order)]
        return [*told, f"{up_to(self.largest)}: signed by the maker {self.maker}, with the root {self.root}"]


def _origin(text: bytes) -> str:
    return text.partition(b"\n")[0].decode("ascii")


def _subtree(name: str, at: bytes, origin: str, size: int, root: bytes) -> bytes:
    """What an ML-DSA-44 signature of a head covers (C2SP tlog-cosignature)."""
    parts = (bytes((len(name),)), name.encode(), at, bytes((len(origin),)), origin.encode(), bytes(8))
    return b"subtree/v1\n\0" + b"".join(parts) + size.to_bytes(8, "big") + root
