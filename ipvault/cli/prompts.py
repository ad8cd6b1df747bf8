"""Questions to a person. They go to the terminal device and are answered there, so standard input stays data."""

from __future__ import annotations

import os
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from unicodedata import normalize

from ipvault.characters import printable
from ipvault.errors import (
    NeedsConfirmation,
    NoNewPassphrase,
    NoPassphrase,
    NotConfirmed,
    PassphraseNotTyped,
    SharesNotTyped,
)
from ipvault.text import _

TERMINAL = "/dev/tty"
LONGEST_ANSWER = 64 * 1024  # bytes; terminals themselves stop at 4 KiB a line


class Prompts:
    """Asks, unless `--no-input` was given (`may_ask` is false) or the process has no terminal."""

    def __init__(self, *, may_ask: bool) -> None:
        self._may_ask = may_ask

    def confirm_by_typing(self, prompt: str, expected: str, *, action: str, hint: str = "", warning: str = "") -> None:
        """Go on only if a person types `expected`, as it is or as it is shown, after a line of `warning`.

        `action` says what for, as the beginning of the sentence "... has to be confirmed by a person". Raises
        `NeedsConfirmation` with `hint` if nobody can be asked, `NotConfirmed` for any other answer.
        """
        with self._terminal() as terminal:
            if terminal is None:
                raise NeedsConfirmation(action=action, hint=hint)
            if warning:
                os.write(terminal, f"{printable(warning)}\n".encode(errors="replace"))
            answer = _ask(terminal, prompt)
            if answer is None or printable(normalize("NFC", answer)) != printable(expected):
                raise NotConfirmed

    def line(self, prompt: str, default: str) -> str:
        """A line that a person types; `default` for an empty one, for Ctrl-D, and if nobody can be asked."""
        with self._terminal() as terminal:
            answer = "" if terminal is None else _ask(terminal, f"{prompt} [{default}]: ")
            return answer or default

    def answer(self, prompt: str, *, action: str, hint: str) -> str:
        """A line that a person has to type, not empty. Raises `NeedsConfirmation` or `NotConfirmed`."""
        with self._terminal() as terminal:
            if terminal is None:
                raise NeedsConfirmation(action=action, hint=hint)
            if not (typed := _ask(terminal, prompt)):
                raise NotConfirmed
            return typed

    def choose(self, question: str, choices: Sequence[str], *, action: str, hint: str) -> str:
        """One of some words, by its number or as it is; asked for until it is one.

        Raises `NeedsConfirmation` if nobody can be asked, `NotConfirmed` for an empty answer.
        """
        with self._terminal() as terminal:
            if terminal is None:
                raise NeedsConfirmation(action=action, hint=hint)
            numbered = {str(number): word for number, word in enumerate(choices, 1)}
            lines = [question, *(f"  {number}  {word}" for number, word in numbered.items())]
            os.write(terminal, "".join(f"{printable(line)}\n" for line in lines).encode(errors="replace"))
            while typed := _ask(terminal, _("Number or word: ")):
                word = numbered.get(typed.strip(), typed.strip().lower())
                if word in choices:
                    return word
            raise NotConfirmed

    def words(self, prompt: str) -> str:
        """The words of a recovery share, which are shown: nobody types 33 of them unseen.

        Raises `SharesNotTyped` if nobody can be asked, or if there is no answer.
        """
        with self._terminal() as terminal:
            answer = None if terminal is None else _ask(terminal, prompt)
            if not answer:
                raise SharesNotTyped
            return answer

    def passphrase(self, prompt: str) -> str:
        """A line typed without echo, not trimmed; bytes that are not UTF-8 as surrogates.

        Raises `NoPassphrase` if nobody can be asked, `PassphraseNotTyped` if there is no answer.
        """
        with self._terminal() as terminal:
            if terminal is None:
                raise NoPassphrase
            return _ask_secret(terminal, prompt)

    def new_passphrase(self, check: Callable[[str], None]) -> str:
        """A new passphrase, typed twice if `check` has nothing against the first.

        Raises what `check` raises, `NoNewPassphrase` if nobody can be asked, `PassphraseNotTyped`, `NotConfirmed`.
        """
        with self._terminal() as terminal:
            if terminal is None:
                raise NoNewPassphrase
            chosen = _ask_secret(terminal, _("New passphrase: "))
            check(chosen)
            if _ask_secret(terminal, _("The same again: ")) != chosen:
                raise NotConfirmed
            return chosen

    @contextmanager
    def _terminal(self) -> Iterator[int | None]:
        """A descriptor of the terminal device, or None if nobody can be asked."""
        try:
            terminal = os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC) if self._may_ask else None
        except OSError:
            terminal = None
        try:
            yield terminal
        finally:
            if terminal is not None:
                os.close(terminal)


def _ask(terminal: int, prompt: str) -> str | None:
    """The line that is typed, without its end; None if the input ends before it does, as with Ctrl-D."""
    os.write(terminal, printable(prompt).encode(errors="replace"))
    answer = b""
    while not answer.endswith(b"\n") and len(answer) < LONGEST_ANSWER:
        chunk = os.read(terminal, 4096)
        if not chunk:
            os.write(terminal, b"\n")
            return None
        answer += chunk
    return answer.removesuffix(b"\n").decode(errors="surrogateescape")


def _ask_secret(terminal: int, prompt: str) -> str:
    """The answer, typed without echo; the terminal gets its settings back whatever happens, Ctrl-C included."""
    before = termios.tcgetattr(terminal)
    keys = [*before[6]]
    keys[termios.VSUSP] = b"\0"  # Ctrl-Z would leave, and come back to a terminal that echoes
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:6], keys]
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        answer = _ask(terminal, prompt)
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
            os.write(terminal, b"\n")
    if answer is None:
        raise PassphraseNotTyped
    return answer
