"""Checks the evidence in the folder that this file lies in, or in one that is named: python3 verify.py [FOLDER]

Needs Python 3.8 and its standard library, nothing of ipvault. Each check is one line, PASS or FAIL; SKIP is one that
needs a program which is not here. The exit code is 0 if nothing failed. README.txt says what each check means.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time
from functools import partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Point = tuple[int, int, int, int]
    Verifier = Callable[[bytes, bytes, bytes], "bool | None"]

PASS, FAIL, SKIP = "PASS", "FAIL", "SKIP"
MAX_FILE = 16 * 1024 * 1024
MAX_FILES = 1_000_000
SUMS, UNLISTED = "SHA256SUMS", ("SHA256SUMS", "SHA256SUMS.ed25519", "SHA256SUMS.mldsa44")


class Wrong(Exception):
    """A check fails; the argument says why."""


def check_folder(folder: str, mldsa44: Verifier | None = None) -> Iterator[tuple[str, str, str]]:
    """The outcome of every check: PASS, FAIL or SKIP, what was checked, and a reason.

    `mldsa44` tells whether a signature of a public key (1312 bytes) over a message is right; without it openssl does.
    """
    bundle = Bundle(folder, mldsa44 or openssl_mldsa44)
    yield _outcome("files", bundle.check_files)
    yield _outcome("signature of the bundle", bundle.check_bundle_signature)
    yield _outcome("signature of the bundle, post-quantum", bundle.check_post_quantum_signature)
    for signer in bundle.names("signers"):
        yield _outcome(f"signer {signer}", partial(bundle.check_signer, signer))
    for size in bundle.names("heads"):
        yield _outcome(f"head of {size} records", partial(bundle.check_head, size))
    for witness in bundle.names("witnesses"):
        yield _outcome(f"witness {witness}", partial(bundle.check_witness, witness))
    for stamp in bundle.names("timestamps"):
        yield _outcome(f"timestamp {stamp}", partial(bundle.check_timestamp, stamp))
    for seq in bundle.names("leaves"):
        yield _outcome(f"record {seq}, its place in the chain", partial(bundle.check_leaf, seq))
    for size in bundle.names("heads"):
        for seq in bundle.names(f"heads/{size}/proofs"):
            yield _outcome(f"record {seq}, one of the {size}", partial(bundle.check_proof, size, seq))
    for seq in bundle.names("fields"):
        yield _outcome(f"record {seq}, what it says", partial(bundle.check_fields, seq))


def _outcome(name: str, check: Callable[[], str | None]) -> tuple[str, str, str]:
    try:
        skipped = check()
    except Wrong as wrong:
        return FAIL, name, str(wrong)
    except (ValueError, KeyError, IndexError, TypeError, OSError, RecursionError) as error:
        return FAIL, name, f"it cannot be read ({type(error).__name__})"
    return (SKIP, name, skipped) if skipped else (PASS, name, "")


class Bundle:
    """The files of a bundle, and the checks of each."""

    def __init__(self, folder: str, mldsa44: Verifier) -> None:
        self.folder = folder
        self._mldsa44 = mldsa44

    def names(self, folder: str) -> list[str]:
        """What is in a folder of the bundle, numbers in their order; nothing if it is not there."""
        try:
            found = os.listdir(os.path.join(self.folder, folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(found, key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))

    def read(self, name: str) -> bytes:
        path = os.path.join(self.folder, name)
        if not stat.S_ISREG(os.lstat(path).st_mode) or os.path.getsize(path) > MAX_FILE:
            raise Wrong(f"{name} is not a file, or is too large")
        with open(path, "rb") as file:
            return file.read(MAX_FILE)

    @property
    def vault(self) -> str:
        text = self.read("vault").decode("ascii").rstrip("\n")
        if not re.fullmatch("[0-9a-f]{32}", text):
            raise Wrong("vault holds no vault id")
        return text

    def check_files(self) -> None:
        """Every file is listed, every listed file is there, and each has the hash that the list says."""
        listed = {}
        for line in self.read(SUMS).decode().splitlines():
            digest, name = line[:64], line[66:]
            if line[64:66] != "  " or name in listed:
                raise Wrong(f"{SUMS} is not a list of hashes")
            listed[name] = digest
        present = set(_walk(self.folder)) - set(UNLISTED)
        if strangers := sorted(present - listed.keys()):
            raise Wrong(f"{strangers[0]} is not on the list")
        for name, digest in sorted(listed.items()):
            if name not in present:
                raise Wrong(f"{name} is missing")
            if hashlib.sha256(self.read(name)).hexdigest() != digest:
                raise Wrong(f"{name} was altered")

    def _bundle_message(self) -> bytes:
        return encode(b"bundle", self.vault.encode(), self.read(SUMS))

    def _maker(self) -> str:
        return self._fingerprint(self.read("maker").decode("ascii").rstrip("\n"))

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

    def check_bundle_signature(self) -> None:
        """The list of hashes is signed by whoever made the bundle."""
        key = self.read(f"signers/{self._maker()}/ed25519")
        if not ed25519_verifies(key, self._bundle_message(), self.read(f"{SUMS}.ed25519")):
            raise Wrong("it is not the signature of the maker over this list")

    def check_post_quantum_signature(self) -> str | None:
        """The same with ML-DSA-44, where openssl can do that (3.5 and later)."""
        key = self.read(f"signers/{self._maker()}/mldsa44")
        verified = self._mldsa44(key, self.read(f"{SUMS}.mldsa44"), self._bundle_message())
        if verified is None:
            return "needs openssl 3.5 or later"
        if not verified:
            raise Wrong("it is not the signature of the maker over this list")
        return None

    def check_signer(self, fingerprint: str) -> None:
        """The fingerprint is that of the keys, and a record says that this signer came into the vault with them."""
        said = {"key": self._keys("signers", fingerprint)[1].hex(), "member": fingerprint}
        if not any(leaf.get("x") == said for leaf in map(self.leaf, self.names("leaves"))):
            raise Wrong("no record here says that this signer is a member")

    def leaf(self, seq: str) -> dict[str, object]:
        """A leaf, which has to be in its canonical form."""
        raw = self.read(f"leaves/{seq}")
        leaf = json.loads(raw.decode("ascii"))
        if json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode() != raw or str(leaf["n"]) != seq:
            raise Wrong("it is not in the form of a record, or has another number")
        return dict(leaf)

    def check_leaf(self, seq: str) -> None:
        """The record is signed, or the next one here follows it."""
        leaf, raw = self.leaf(seq), self.read(f"leaves/{seq}")
        if "sig" not in leaf:
            if self.leaf(str(int(seq) + 1))["p"] != leaf_hash(raw).hex():
                raise Wrong("the next record does not follow it")
            return
        signature, by = str(leaf["sig"]), self._fingerprint(str(leaf["by"]))
        body = raw.replace(f'"sig":"{signature}",'.encode(), b"", 1)
        message = encode(b"commit", self.vault.encode(), body)
        if not ed25519_verifies(self.read(f"signers/{by}/ed25519"), message, bytes.fromhex(signature)):
            raise Wrong("its signature is wrong")

    def head(self, size: str) -> tuple[bytes, bytes, dict[str, list[bytes]]]:
        """The signed text of a checkpoint (C2SP tlog-checkpoint), its root, and its signatures by names."""
        text, blank, signatures = self.read(f"heads/{size}/checkpoint").partition(b"\n\n")
        origin, number, root = text.decode().split("\n")
        if not blank or not re.fullmatch(f"ipvault\\.vault/{self.vault}(/[0-9]+)?", origin) or number != size:
            raise Wrong("it is not a checkpoint of this vault and size")
        by_name: dict[str, list[bytes]] = {}
        for line in signatures.decode().splitlines():
            _dash, name, signature = line.split(" ")
            by_name.setdefault(name, []).append(base64.b64decode(signature, validate=True))
        return text + b"\n", base64.b64decode(root, validate=True), by_name

    def check_head(self, size: str) -> None:
        """The checkpoint is signed by one of the signers."""
        text, _root, signatures = self.head(size)
        for fingerprint in self.names("signers"):
            key = self.read(f"signers/{fingerprint}/ed25519")
            origin = text.partition(b"\n")[0]
            identifier = hashlib.sha256(origin + b"\n\x01" + key).digest()[:4]
            for signature in signatures.get(origin.decode(), ()):
                if signature[:4] == identifier and ed25519_verifies(key, text, signature[4:]):
                    return
        raise Wrong("no signature of it is that of a signer")

    def check_witness(self, fingerprint: str) -> None:
        """A witness signed checkpoints here (C2SP tlog-cosignature): each of those that name the witness."""
        name, key = f"ipvault.witness/{fingerprint}", self._keys("witnesses", fingerprint)[1]
        identifier = hashlib.sha256(name.encode() + b"\n\x04" + key).digest()[:4]
        seen = 0
        for size in self.names("heads"):
            text, _root, signatures = self.head(size)
            for signature in signatures.get(name, ()):
                if signature[:4] == identifier:
                    message = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[4:12], "big") + text
                    if not ed25519_verifies(key, message, signature[12:]):
                        raise Wrong("a signature is wrong")
                    seen += 1
        if not seen:
            raise Wrong("it signed none of the heads")

    def check_timestamp(self, name: str) -> str | None:
        """An authority (RFC 3161) saw a checkpoint, the content of a document, or an earlier timestamp.

        That is for openssl to say, as of the time that the timestamp names, because certificates run out.
        """
        kind, which = self.read(f"timestamps/{name}/of").decode("ascii").split()
        with tempfile.TemporaryDirectory() as folder:
            if kind == "record":
                what = ["-digest", str(self._shown(which, "sha256"))]
            else:
                data = {"head": lambda: self.head(which)[0], "timestamp": lambda: self._token(which)}[kind]()
                what = ["-data", _written(folder, "data", data)]
            token = _written(folder, "token", self._token(name))
            authority = _written(folder, "authority", self.read(f"timestamps/{name}/authority.pem"))
            chain = _written(folder, "chain", self.read(f"timestamps/{name}/certificates.pem"))
            said = _said_by_openssl("ts", "-reply", "-in", token, "-token_in", "-text")
            if said is None:
                return "needs openssl"
            when = re.search(b"^Time stamp: (.{15})[^ ]* ([0-9]{4}) GMT$", said.stdout, re.MULTILINE)
            if not when:
                raise Wrong("openssl does not read it")
            at = calendar.timegm(time.strptime(b" ".join(when.groups()).decode(), "%b %d %H:%M:%S %Y"))
            trust = ("-attime", str(at), "-CAfile", authority, "-untrusted", chain)
            if not _openssl("ts", "-verify", "-in", token, "-token_in", *what, *trust):
                raise Wrong("openssl does not verify it")
        return None

    def _token(self, name: str) -> bytes:
        return self.read(f"timestamps/{name}/token.der")

    def _shown(self, seq: str, name: str) -> object:
        """A field of a record, as the bundle shows it."""
        for line in self.read(f"fields/{seq}").split(b"\n"):
            if line.startswith(b"+ "):
                _salt, shown, value = json.loads(line[2:])
                if shown == name:
                    return value
        raise Wrong("what it is of is not shown here")

    def check_proof(self, size: str, seq: str) -> None:
        """The record is in the tree of the checkpoint, at its place (RFC 9162, 2.1.3.2)."""
        _text, root, _signatures = self.head(size)
        node, above = int(seq), int(size) - 1
        digest = leaf_hash(self.read(f"leaves/{seq}"))
        if node > above:
            raise Wrong("the checkpoint is older than the record")
        for line in self.read(f"heads/{size}/proofs/{seq}").decode().splitlines():
            other = bytes.fromhex(line)
            if above == 0:
                raise Wrong("its proof is too long")
            if node & 1 or node == above:
                digest = hashlib.sha256(b"\x01" + other + digest).digest()
                while not node & 1 and node:
                    node, above = node >> 1, above >> 1
            else:
                digest = hashlib.sha256(b"\x01" + digest + other).digest()
            node, above = node >> 1, above >> 1
        if above or digest != root:
            raise Wrong("its proof does not lead to the root")

    def check_fields(self, seq: str) -> None:
        """What is shown of a record, and the hashes of what is not, are what the record commits to."""
        digests = []
        for line in self.read(f"fields/{seq}").split(b"\n")[:-1]:
            if line.startswith(b"+ "):
                json.loads(line[2:])
                digests.append(hashlib.sha256(line[2:]).digest())
            elif line.startswith(b"- "):
                digests.append(bytes.fromhex(line[2:].decode()))
            else:
                raise Wrong("a line is neither shown nor withheld")
        if hashlib.sha256(b"".join(digests)).hexdigest() != self.leaf(seq)["m"]:
            raise Wrong("it is not what the record commits to")


def _walk(folder: str) -> Iterator[str]:
    """The files of a folder, by their paths in it; nothing but folders and files may be there."""
    count = 0
    waiting = [""]
    while waiting:
        here = waiting.pop()
        with os.scandir(os.path.join(folder, here)) as entries:
            for entry in entries:
                count += 1
                name = f"{here}/{entry.name}" if here else entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if count > MAX_FILES or not (is_folder or entry.is_file(follow_symlinks=False)):
                    raise Wrong(f"{name} is not a file, or there are too many")
                if is_folder:
                    waiting.append(name)
                else:
                    yield name


def leaf_hash(raw: bytes) -> bytes:
    """RFC 9162, 2.1.1."""
    return hashlib.sha256(b"\x00" + raw).digest()


def encode(kind: bytes, *parts: bytes) -> bytes:
    """The message that a signature covers: the number of parts, then the length and the bytes of each."""
    pieces = (b"ipvault/v1/" + kind, *parts)
    return struct.pack("<Q", len(pieces)) + b"".join(struct.pack("<Q", len(piece)) + piece for piece in pieces)


def openssl_mldsa44(public: bytes, signature: bytes, message: bytes) -> bool | None:
    """Whether this is the signature of a public key over a message; None where openssl is not here, or too old."""
    with tempfile.TemporaryDirectory() as folder:
        key_file = _written(folder, "key", bytes.fromhex("30820532300b06096086480165030403110382052100") + public)
        if not _openssl("pkey", "-pubin", "-inform", "DER", "-in", key_file, "-noout"):
            return None
        files = ("-in", _written(folder, "message", message), "-sigfile", _written(folder, "signature", signature))
        return _openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key_file, "-rawin", *files)


def _written(folder: str, name: str, data: bytes) -> str:
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def _openssl(*arguments: str) -> bool | None:
    """Whether openssl says yes; None where there is none."""
    said = _said_by_openssl(*arguments)
    return None if said is None else said.returncode == 0


def _said_by_openssl(*arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    openssl = shutil.which("openssl")
    return subprocess.run([openssl, *arguments], capture_output=True, check=False) if openssl else None  # noqa: S603


# Ed25519 verification as RFC 8032 shows it in section 6: slow, and there are no secrets here that time could tell.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the signature (64 bytes) of a public key (32 bytes) over a message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce_point = _decompress(public), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce_point is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = _multiply(scalar, BASE)
    right = _add(nonce_point, _multiply(int.from_bytes(digest, "little") % ORDER, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == (left[1] * right[2] - right[1] * left[2]) % P == 0


def _add(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _recover_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _decompress(text: bytes) -> Point | None:
    number = int.from_bytes(text, "little")
    y = number & ((1 << 255) - 1)
    x = _recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _base() -> Point:
    point = _decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError
    return point


BASE = _base()


def main(arguments: list[str]) -> int:
    """Print every outcome; 0 if nothing failed."""
    folder = arguments[0] if arguments else os.path.dirname(os.path.abspath(__file__))
    failed = checked = 0
    for outcome, name, reason in check_folder(folder):
        sys.stdout.write(f"{outcome} {name}" + (f": {reason}\n" if reason else "\n"))
        failed += outcome == FAIL
        checked += outcome == PASS
    sys.stdout.write(f"{FAIL if failed or not checked else PASS}: {checked} checks passed, {failed} failed\n")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
