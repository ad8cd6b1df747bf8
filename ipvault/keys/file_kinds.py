"""The files that people carry to each other, known by how they begin: for whoever took one for another."""

from __future__ import annotations

import re
from typing import Final

from ipvault.errors import WrongKindOfFile
from ipvault.text import N_, _

CARD: Final = N_("a card")
RECEIPT: Final = N_("a receipt")
IDENTITY: Final = N_("a file with the private keys of an identity")
PACKAGE: Final = N_("a package")
PART: Final = N_("a part of a package")
HEAD: Final = N_("a checkpoint of a journal")
REQUEST: Final = N_("a request to a witness")
PROOF: Final = N_("a proof that a record is in a journal")
VAULT: Final = N_("the description of a vault")

_TOML: Final = rb'format = [0-9]{1,9}\r?\n%s = "'
_BEGINNINGS: Final = (
    (CARD, re.compile(_TOML % b"name")),
    (RECEIPT, re.compile(_TOML % b"event")),
    (IDENTITY, re.compile(_TOML % b"fingerprint")),
    (VAULT, re.compile(_TOML % b"vault")),
    (PACKAGE, re.compile(rb"ipvault package [0-9]|\s{0,30}-----BEGIN IPVAULT PACKAGE-----")),
    (PART, re.compile(rb"ipvault part [0-9]")),
    (HEAD, re.compile(rb"ipvault\.vault/[0-9a-f]{32}(?:/[0-9]{1,9})?\n")),
    (REQUEST, re.compile(rb"old [0-9]{1,15}\n")),
    (PROOF, re.compile(rb"c2sp\.org/tlog-proof@v1\n")),
)


def refuse_another_kind(start: bytes, place: str, wanted: str) -> None:
    """See that the file at `place`, which begins with `start` and is not a `wanted` one, is of no other known kind.

    For what could not be read as what it should be. Raises `WrongKindOfFile`.
    """
    for kind, beginning in _BEGINNINGS:
        if kind != wanted and beginning.match(start):
            raise WrongKindOfFile(place=place, found=_(kind), wanted=_(wanted))
