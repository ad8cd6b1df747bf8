"""Recovery shares: a secret in words on paper, some of which together open an identity (SLIP-39, Shamir's scheme).

What is split is a secret that opens a slot, never the master key: removing the slot revokes the shares.

Source: https://github.com/satoshilabs/slips/blob/master/slip-0039.md, implemented by `shamir-mnemonic`, which is not
constant in time: shares are made and combined by their owner, on a computer of his.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ipvault.crypto.secret import Secret
from ipvault.errors import RecoveryNotInstalled, SharesRefused
from ipvault.text import _, ngettext

try:
    from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
    from shamir_mnemonic.wordlist import WORDLIST
except ImportError:  # an extra: whoever wants shares imports this module then, and is told
    raise RecoveryNotInstalled from None

SECRET_SIZE: Final = 32
WORDS: Final = 33
"""In a share of a secret of that size."""

_EXPONENT: Final = 1
"""Of the number of iterations; they protect a passphrase, of which we have none. A larger one would cost minutes."""


class Split(NamedTuple):
    """A recovery secret, the identifier that its shares have in common, and the words of each."""

    secret: Secret
    identifier: int
    shares: tuple[str, ...]


def split(threshold: int, count: int, random: Callable[[int], bytes]) -> Split:
    """A new secret in `count` shares (at most 16), of which any `threshold` give it back.

    Raises ValueError where no such split exists.
    """
    secret = random(SECRET_SIZE)
    (shares,) = generate_mnemonics(1, [(threshold, count)], secret, iteration_exponent=_EXPONENT)
    return Split(Secret(secret), Share.from_mnemonic(shares[0]).identifier, tuple(shares))


class Shares:
    """Shares as they come in, each checked at once, until there are enough."""

    def __init__(self) -> None:
        self._shares: list[tuple[str, Share]] = []

    def add(self, words: str, source: str) -> bool:
        """Take the words of a share from `source`; whether it is a new one.

        Raises `SharesRefused`, which names the source, never a word.
        """
        words = " ".join(words.lower().split())
        share = _parsed(words, source)
        if self._shares and share.group_parameters() != self._shares[0][1].group_parameters():
            text = _("{source} belongs to another set of shares than the one before; each set is split anew")
            raise SharesRefused(problem=text.format(source=source))
        for _words, other in self._shares:
            if other.index == share.index and other.value != share.value:
                raise SharesRefused(problem=_("{source} does not fit the other shares").format(source=source))
            if other.index == share.index:
                return False
        self._shares.append((words, share))
        return True

    @property
    def identifier(self) -> int:
        """What the shares of this set have in common."""
        return self._shares[0][1].identifier

    @property
    def missing(self) -> int:
        """How many more are needed; at least one as long as there is none."""
        return self._shares[0][1].member_threshold - len(self._shares) if self._shares else 1

    def combine(self) -> Secret:
        """The secret. Raises `SharesRefused`."""
        if self.missing > 0:
            text = ngettext("{count} more share is needed", "{count} more shares are needed", self.missing)
            raise SharesRefused(problem=text.format(count=self.missing))
        enough = [words for words, _share in self._shares[: self._shares[0][1].member_threshold]]
        try:
            return Secret(combine_mnemonics(enough))
        except MnemonicError:
            raise SharesRefused(problem=_("the shares do not fit together: one of them is not genuine")) from None


def _parsed(words: str, source: str) -> Share:
    count = len(words.split())
    if count != WORDS:
        text = _("{source} has {count} words, and a share has {expected}")
        raise SharesRefused(problem=text.format(source=source, count=count, expected=WORDS))
    if unknown := [number for number, word in enumerate(words.split(), 1) if word not in WORDLIST]:
        text = _("word {number} of {source} is not one that shares are made of; compare it with the sheet")
        raise SharesRefused(problem=text.format(number=unknown[0], source=source))
    try:
        share = Share.from_mnemonic(words)
    except MnemonicError:
        text = _("a word of {source} is wrong, or two changed places; compare them with the sheet")
        raise SharesRefused(problem=text.format(source=source)) from None
    form = (share.group_threshold, share.group_count, share.iteration_exponent, len(share.value))
    if form != (1, 1, _EXPONENT, SECRET_SIZE):
        raise SharesRefused(problem=_("{source} is a share of something else than an identity").format(source=source))
    return share
