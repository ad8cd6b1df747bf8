"""Checks the evidence in the folder that this file lies in, or in one that is named: python3 verify.py [FOLDER]

Needs Python 3.8 and its standard library, nothing of ipvault. Each check is one line, PASS or FAIL; SKIP is one that
needs a program which is not here, and the last line counts those; NOTE says who vouches for what. The exit code is 0 if
nothing failed. README.txt says what each check means.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from functools import cached_property, partial

from ipvault.evidence.bundle.ed25519 import ed25519_verifies
from ipvault.evidence.bundle.folder import NUMBER, SUMS, Wrong
from ipvault.evidence.bundle.heads import FIELD, NO_MLDSA44, Heads
from ipvault.evidence.bundle.merkle import encode, leaf_hash, proves_inclusion
from ipvault.evidence.bundle.openssl import openssl_mldsa44
from ipvault.evidence.bundle.table import TABLE, Row, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Verifier = Callable[[bytes, bytes, bytes], "bool | None"]

PASS, FAIL, SKIP = "PASS", "FAIL", "SKIP"
MADE = re.compile(rb'"made":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","reason":"[^"]*",')


def check_folder(folder: str, mldsa44: Verifier | None = None) -> Iterator[tuple[str, str, str]]:
    """The outcome of every check: PASS, FAIL or SKIP, what was checked, and a reason.

    `mldsa44` tells whether a signature of a public key (1312 bytes) over a message is right; without it openssl does.
    """
    return Bundle(folder, mldsa44 or openssl_mldsa44).outcomes()


class Bundle(Heads):
    """The files of a bundle, and the checks of each."""

    def outcomes(self) -> Iterator[tuple[str, str, str]]:
        """What `check_folder` gives. Nothing else is read where there are other files than those on the list."""
        files = _outcome("files", self.check_files)
        yield files
        if files[0] == FAIL:
            return
        yield _outcome("signature of the bundle", self.check_bundle_signature)
        yield _outcome("signature of the bundle, post-quantum", self.check_post_quantum_signature)
        for signer in self.names("signers"):
            yield _outcome(f"signer {signer}", partial(self.check_signer, signer))
        for size in self.names("heads"):
            yield _outcome(f"head of {size} records", partial(self.check_head, size))
            yield _outcome(f"head of {size} records, post-quantum", partial(self.check_post_quantum_head, size))
            if size != self.largest:
                yield _outcome(f"head of {size} records, in the largest", partial(self.check_consistency, size))
        for witness in self.names("witnesses"):
            yield _outcome(f"witness {witness}", partial(self.check_witness, witness))
            yield _outcome(f"witness {witness}, post-quantum", partial(self.check_post_quantum_witness, witness))
        for stamp in self.names("timestamps"):
            yield _outcome(f"timestamp {stamp}", partial(self.check_timestamp, stamp))
        for seq in self.names("leaves"):
            yield _outcome(f"record {seq}, its place in the chain", partial(self.check_leaf, seq))
            if self.matters(seq):
                yield _outcome(f"record {seq}, one of the {self.largest}", partial(self.check_proof, seq))
        for seq in self.names("fields"):
            yield _outcome(f"record {seq}, what it says", partial(self.check_fields, seq))
        yield _outcome("bundle.json", self.check_description)
        yield _outcome(TABLE, self.check_table)

    def check_bundle_signature(self) -> None:
        """The list of hashes, and its post-quantum signature, are signed by whoever made the bundle."""
        key = self.read(f"signers/{self.maker}/ed25519")
        message = encode(b"sealed-bundle", self.vault.encode(), self.read(SUMS), self.read(f"{SUMS}.mldsa44"))
        if not ed25519_verifies(key, message, self.read(f"{SUMS}.ed25519")):
            raise Wrong("it is not the signature of the maker over this list and its post-quantum signature")

    def check_post_quantum_signature(self) -> str | None:
        """The same with ML-DSA-44, where openssl can do that (3.5 and later)."""
        key = self.read(f"signers/{self.maker}/mldsa44")
        message = encode(b"bundle", self.vault.encode(), self.read(SUMS))
        verified = self._mldsa44(key, self.read(f"{SUMS}.mldsa44"), message)
        if verified is False:
            raise Wrong("it is not the signature of the maker over this list")
        return NO_MLDSA44 if verified is None else None

    def leaf(self, seq: str) -> dict[str, object]:
        """A leaf, which has to be in its canonical form."""
        raw = self.read(f"leaves/{seq}")
        leaf = json.loads(raw.decode("ascii"))
        if json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode() != raw or b"\\" in raw:
            raise Wrong("it is not in the form of a record")
        if str(leaf["n"]) != seq or not NUMBER.fullmatch(seq) or ("by" in leaf) != ("sig" in leaf):
            raise Wrong("it is not in the form of a record, or has another number")
        return dict(leaf)

    @cached_property
    def _leaves(self) -> dict[int, dict[str, object]]:
        """The leaves by their numbers; one that is malformed, which its own check says, is none of them."""
        found = {}
        for seq in self.names("leaves"):
            try:
                found[int(seq)] = self.leaf(seq)
            except (Wrong, ValueError, KeyError, TypeError, OSError, RecursionError):
                continue
        return found

    @cached_property
    def _changes(self) -> dict[int, tuple[int, str]]:
        """Of each record, the one that ends its change of the vault, and who signed that."""
        found: dict[int, tuple[int, str]] = {}
        for seq, leaf in reversed(list(self._leaves.items())):
            if "sig" in leaf:
                found[seq] = (seq, str(leaf["by"]))
            elif seq + 1 in found:
                found[seq] = found[seq + 1]
        return found

    @cached_property
    def _enrolments(self) -> dict[str, tuple[int, str]]:
        """Of each signer, the record that says that he came into the vault, and the Ed25519 key that it names."""
        found: dict[str, tuple[int, str]] = {}
        for seq, leaf in self._leaves.items():
            facts = leaf.get("x")
            if leaf["k"] == "member" and isinstance(facts, dict) and facts.keys() == {"key", "member"}:
                found.setdefault(str(facts["member"]), (seq, str(facts["key"])))
        return found

    def check_signer(self, fingerprint: str) -> None:
        """The fingerprint is that of the keys, and a record says that this signer came into the vault with them."""
        key = self._keys("signers", fingerprint)[1]
        if self._enrolments.get(fingerprint, (0, ""))[1] != key.hex():
            raise Wrong("no record here says that this signer is a member")

    def check_leaf(self, seq: str) -> None:
        """The record is signed by somebody who had come into the vault before, or the next one here follows it."""
        leaf, raw = self.leaf(seq), self.read(f"leaves/{seq}")
        if seq == "0" and leaf["p"] != hashlib.sha256(encode(b"journal", self.vault.encode())).hexdigest():
            raise Wrong("it is not the first record of this vault")
        if "sig" not in leaf:
            if self.leaf(str(int(seq) + 1))["p"] != leaf_hash(raw).hex():
                raise Wrong("the next record does not follow it")
            return
        signature, by = str(leaf["sig"]), self._fingerprint(str(leaf["by"]))
        body = raw.replace(f'"sig":"{signature}",'.encode(), b"", 1)
        message = encode(b"commit", self.vault.encode(), body)
        if not ed25519_verifies(self.read(f"signers/{by}/ed25519"), message, bytes.fromhex(signature)):
            raise Wrong("its signature is wrong")
        if not self._was_member(by, int(seq)):
            raise Wrong("nothing here shows that its signer was a member before it")

    def _was_member(self, signer: str, seq: int) -> bool:
        """Whether somebody came into the vault by an earlier change of it, or founded it and this ends the first."""
        enrolled, _key = self._enrolments.get(signer, (seq + 1, ""))
        end = self._changes.get(enrolled, (seq + 1, ""))[0]
        return end < seq or (end == seq == self._changes.get(0, (-1, ""))[0])

    def matters(self, seq: str) -> bool:
        """Whether something rests on a record by itself, and not only the chain of one that is signed."""
        raw = self.read(f"leaves/{seq}")
        enrols = b'"k":"member"' in raw and b'"x":{' in raw
        return raw.startswith(b'{"by":') or enrols or self.has(f"fields/{seq}") or seq in self._described

    def check_proof(self, seq: str) -> None:
        """The record is in the tree of the largest head, at its place (RFC 9162, 2.1.3.2)."""
        root, leaf = self.head(self.largest)[1], leaf_hash(self.read(f"leaves/{seq}"))
        path = self._hashes(f"heads/{self.largest}/proofs/{seq}")
        if not proves_inclusion(leaf, int(seq), int(self.largest), root, path):
            raise Wrong("its proof does not lead to the root")

    def check_fields(self, seq: str) -> None:
        """What is shown of a record, and the hashes of what is not, are what the record commits to."""
        digests = []
        for line in self.lines(f"fields/{seq}"):
            if line.startswith(b"+ ") and FIELD.fullmatch(line[2:]):
                json.loads(line[2:])
                digests.append(hashlib.sha256(line[2:]).digest())
            elif re.fullmatch(b"- [0-9a-f]{64}", line):
                digests.append(bytes.fromhex(line[2:].decode()))
            else:
                raise Wrong("a line is neither shown nor withheld")
        if hashlib.sha256(b"".join(digests)).hexdigest() != self.leaf(seq)["m"]:
            raise Wrong("it is not what the record commits to")

    @cached_property
    def _description(self) -> list[bytes]:
        return self.read("bundle.json").split(b"\n")

    @cached_property
    def _described(self) -> dict[str, None]:
        """The records that bundle.json lists, by their numbers and in its order."""
        matches = (re.match(rb'\{"record":(0|[1-9][0-9]{0,14}),', line) for line in self._description)
        return {match[1].decode(): None for match in matches if match}

    def check_description(self) -> None:
        """Its lines are what leaves and fields give; only the time and the reason are the maker's word."""
        numbers = [int(seq) for seq in self._described]
        records = [self._line(seq) for seq in numbers]
        if not records or numbers != sorted(numbers):
            raise Wrong("it does not list the records")
        said = self._description[1] if len(self._description) > 1 else b""
        if not MADE.fullmatch(said):
            raise Wrong("it does not say when and what for it was made")
        first = '{"format":"ipvault.bundle/1","vault":"%s","maker":"%s","size":%s,'
        expected = [(first % (self.vault, self.maker, self.largest)).encode(), said, b'"records":[']
        expected += [*(record + b"," for record in records[:-1]), records[-1], b"]}", b""]
        if expected != self._description:
            raise Wrong("it is not what the records say")

    def check_table(self) -> None:
        """The page for people says what leaves and fields give, and nothing else."""
        if self.read(TABLE) != table(self.vault, map(self._row, self._described)):
            raise Wrong("it is not what the records say")

    def _row(self, seq: str) -> Row:
        leaf, (_end, signer) = self._leaves[int(seq)], self._changes[int(seq)]
        name = f"fields/{seq}"
        lines = self.lines(name) if self.has(name) else None
        return Row(int(seq), str(leaf["t"]), str(leaf["k"]), signer, lines)

    def _line(self, seq: int) -> bytes:
        """What bundle.json says of a record."""
        leaf, (_end, signer) = self._leaves[seq], self._changes[seq]
        about = f'{{"record":{seq},"time":"{leaf["t"]}","class":"{leaf["k"]}","signer":"{signer}","shown":{{'
        return about.encode() + b",".join(map(b":".join, self._shown(str(seq)).items())) + b"}}"


def _outcome(name: str, check: Callable[[], str | None]) -> tuple[str, str, str]:
    try:
        skipped = check()
    except Wrong as wrong:
        return FAIL, name, str(wrong)
    except (ValueError, KeyError, IndexError, TypeError, OSError, RecursionError, ArithmeticError) as error:
        return FAIL, name, f"it cannot be read ({type(error).__name__})"
    return (SKIP, name, skipped) if skipped else (PASS, name, "")


def main(arguments: list[str]) -> int:
    """Print every outcome; 0 if nothing failed."""
    folder = arguments[0] if arguments else os.path.dirname(os.path.abspath(__file__))
    bundle = Bundle(folder, openssl_mldsa44)
    count = {PASS: 0, FAIL: 0, SKIP: 0}
    for outcome, name, reason in bundle.outcomes():
        sys.stdout.write(f"{outcome} {name}" + (f": {reason}\n" if reason else "\n"))
        count[outcome] += 1
    is_right = count[PASS] > 0 and not count[FAIL]
    sys.stdout.writelines(f"NOTE {note}\n" for note in (bundle.notes() if is_right else []))
    skipped = f", {count[SKIP]} skipped: see the lines with SKIP" if count[SKIP] else ""
    last = f"{PASS if is_right else FAIL}: {count[PASS]} checks passed, {count[FAIL]} failed{skipped}\n"
    sys.stdout.write(last)
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
