"""The numbers that states give to people: their check digits, or the ranges that are given out.

Each test takes capitals and digits only. Sources: the authorities that give the numbers out, named with each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

_SSN: Final = re.compile(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}")
_NINO: Final = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
_NIR: Final = re.compile(r"([1-478][0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])(?:2[AB]|[0-9]{2})[0-9]{6})([0-9]{2})")
_CODICE: Final = re.compile(r"[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]")
_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_ODD: Final = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)) | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)
"""What a character of a codice fiscale counts at an odd place; at an even one it is its own place in the alphabet."""


def _ssn(text: str) -> bool:
    """Social security number of the United States (Social Security Administration): what was never given out fails."""
    return _SSN.fullmatch(text) is not None and len(set(text)) > 1 and text != "078051120"


def _steuer_id(text: str) -> bool:
    """Identifikationsnummer of Germany (§ 139b AO): ISO 7064 MOD 11,10; one digit of ten is there twice or thrice."""
    if len(text) != 11 or not text.isdecimal() or text[0] == "0":
        return False
    if sorted(Counter(text[:10]).values())[-2:] not in ([1, 2], [1, 3]):
        return False
    product = 10
    for digit in map(int, text[:10]):
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(text[10])


def _personalausweis(text: str) -> bool:
    """Identity card and passport of Germany (ICAO 9303, 4.9): weights 7, 3, 1; letters count from 10."""
    if len(text) != 10 or not text[9].isdecimal() or text[0].isdecimal():
        return False
    return sum(int(c, 36) * (7, 3, 1)[i % 3] for i, c in enumerate(text[:9])) % 10 == int(text[9])


def _nir(text: str) -> bool:
    """Numéro de sécurité sociale of France (INSEE): 97 less the rest; 2A and 2B are Corsica."""
    found = _NIR.fullmatch(text)
    if found is None:
        return False
    return 97 - int(found[1].replace("2A", "19").replace("2B", "18")) % 97 == int(found[2])


def _bsn(text: str) -> bool:
    """Burgerservicenummer of the Netherlands: the eleven test, in which the last digit counts against the others."""
    if len(text) != 9 or not text.isdecimal() or len(set(text)) == 1:
        return False
    return (sum(int(d) * (9 - i) for i, d in enumerate(text[:8])) - int(text[8])) % 11 == 0


def _dni(text: str) -> bool:
    """DNI and NIE of Spain (Ministerio del Interior): the letter is that of the rest of a division by 23."""
    number = text[:-1].translate(str.maketrans("XYZ", "012"))
    return len(text) == 9 and number.isdecimal() and text[8] == _DNI_LETTERS[int(number) % 23]


def _nino(text: str) -> bool:
    """National Insurance number of the United Kingdom (HMRC, NIM39110); it has no check digit."""
    return _NINO.fullmatch(text) is not None


def _codice_fiscale(text: str) -> bool:
    """Codice fiscale of Italy (Decreto ministeriale 23 December 1976)."""
    if not _CODICE.fullmatch(text):
        return False
    even = (int(c) if c.isdecimal() else ord(c) - ord("A") for c in text[1:15:2])
    return (sum(_ODD[c] for c in text[:15:2]) + sum(even)) % 26 == ord(text[15]) - ord("A")


def _ahv(text: str) -> bool:
    """AHV number of Switzerland: the check digit of EAN-13, after 756."""
    if len(text) != 13 or not text.isdecimal() or not text.startswith("756"):
        return False
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(text)) % 10 == 0


NUMBERS: Final[dict[str, Callable[[str], bool]]] = {
    "us-ssn": _ssn,
    "de-steuer-id": _steuer_id,
    "de-personalausweis": _personalausweis,
    "fr-nir": _nir,
    "nl-bsn": _bsn,
    "es-dni": _dni,
    "uk-nino": _nino,
    "it-codice-fiscale": _codice_fiscale,
    "ch-ahv": _ahv,
}
