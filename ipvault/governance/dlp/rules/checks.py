"""What tells a number that means something from one that only looks like it: check digits, ranges, randomness.

A check takes the text that a pattern found and gives the part of it that passes, which is empty if none does.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from ipvault.governance.dlp.rules import national

Check = Callable[[str], str]

_NOT_ALNUM: Final = re.compile(r"[^0-9A-Za-z]")
_CARDS: Final = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}"  # Visa
    r"|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"  # American Express, Diners Club
    r"|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}|62[0-9]{14,17}"  # Discover, JCB, …
)

_IBAN_LENGTHS: Final = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}
"""Characters of an IBAN by country, from the registry of SWIFT (ISO 13616)."""

_MIN_ENTROPY: Final = 3.0
"""Bits a character: English words have less over so few characters, random letters and digits more."""


RANDOM: Final = "random"


def _whole(test: Callable[[str], bool]) -> Check:
    """A check of all letters and digits at once, in capitals, without what separates them."""

    def check(found: str) -> str:
        return found if test(_NOT_ALNUM.sub("", found).upper()) else ""

    return check


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(number - 9 * (number > 9) for number in doubled)) % 10 == 0


def _card(digits: str) -> bool:
    return _CARDS.fullmatch(digits) is not None and len(set(digits)) > 1 and luhn(digits)


def _iban(found: str) -> str:
    """The IBAN that the text begins with: its country says how long it is, two digits check the rest (ISO 7064)."""
    length = _IBAN_LENGTHS.get(found[:2].upper(), 0)
    end = 0
    for end, character in enumerate(found, 1):  # noqa: B007  # the place where the last of its characters stands
        length -= character.isalnum()
        if length == 0:
            break
    if length:
        return ""
    plain = _NOT_ALNUM.sub("", found[:end]).upper()
    return found[:end] if int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1 else ""


def _random(found: str) -> str:
    """A text with letters and digits, mixed as only chance mixes them."""
    counts = Counter(found)
    bits = -sum(count / len(found) * math.log2(count / len(found)) for count in counts.values())
    has_both = any(c.isalpha() for c in found) and any(c.isdigit() for c in found)
    return found if has_both and bits >= _MIN_ENTROPY else ""


CHECKS: Final[dict[str, Check]] = {
    "luhn": _whole(lambda text: text.isdecimal() and luhn(text)),
    "card": _whole(_card),
    "iban": _iban,
    RANDOM: _random,
    **{name: _whole(test) for name, test in national.NUMBERS.items()},
}
"""What a rule may name in `check`."""
