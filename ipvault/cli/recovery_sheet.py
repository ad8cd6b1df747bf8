"""The sheets on which recovery shares are printed, and reading them again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from ipvault.characters import printable
from ipvault.cli.rendering import human_time
from ipvault.errors import SourceNotFound, UsageError
from ipvault.keys.card import in_groups
from ipvault.text import _, reason_of

_LIMIT: Final = 16 * 1024
_COLUMNS: Final = 3
_NUMBERED_WORDS: Final = re.compile(r"\s*(?:[0-9]{1,2}\. +[A-Za-z]+\s*)+")
_NUMBERED_WORD: Final = re.compile(r"([0-9]{1,2})\. +([A-Za-z]+)")


class Sheet(NamedTuple):
    """What stands on the sheet of one custodian, whose name may be empty."""

    number: int
    total: int
    threshold: int
    custodian: str
    identity: str
    fingerprint: str
    identifier: int
    created: str
    words: str

    @property
    def file_name(self) -> str:
        """What its file is called; the custodian's name may not be fit for that."""
        return f"recovery-{self.identifier}-{self.number}.txt"

    def text(self) -> str:
        """The sheet, at most 80 columns wide."""
        words = self.words.split()
        rows = -(-len(words) // _COLUMNS)
        lines = [
            "".join(f"{number + 1:>4}. {words[number]:<14}" for number in range(row, len(words), rows)).rstrip()
            for row in range(rows)
        ]
        head = [
            _("RECOVERY SHARE {number} OF {total}").format(number=self.number, total=self.total),
            "",
            *(f"{label}: {printable(value)}" for label, value in self._facts()),
        ]
        advice = [
            _("Any {threshold} of the {total} shares together open this identity; fewer tell nothing.").format(
                threshold=self.threshold, total=self.total
            ),
            _("Print this sheet, keep it where nobody else gets at it, and delete the file."),
            _("Whoever wants it from you has to show who they are: the others ask as well."),
            _("To use it: ipvault identity recovery combine, and type the words."),
        ]
        return "\n".join([*head, "", *lines, "", *advice, ""])

    def _facts(self) -> list[tuple[str, str]]:
        return [
            (_("Custodian"), self.custodian or "______________________________"),
            (_("Identity"), self.identity),
            (_("Fingerprint"), in_groups(self.fingerprint)),
            (_("Set"), str(self.identifier)),
            (_("Made"), human_time(self.created)),
        ]


def read_words(path: Path) -> str:
    """The words on a sheet, or of a file with nothing but them. Raises `SourceNotFound` and `UsageError`."""
    try:
        with path.open("rb") as file:
            text = file.read(_LIMIT + 1).decode()
    except FileNotFoundError:
        raise SourceNotFound(path=path) from None
    except OSError as error:
        problem = _("{path} cannot be read: {reason}").format(path=path, reason=reason_of(error))
        raise UsageError(problem=problem) from None
    except UnicodeDecodeError:
        text = ""
    if len(text) > _LIMIT or not text.strip():
        raise UsageError(problem=_("{path} is not the sheet of a recovery share").format(path=path))
    numbered = {
        int(number): word
        for line in text.splitlines()
        if _NUMBERED_WORDS.fullmatch(line)
        for number, word in _NUMBERED_WORD.findall(line)
    }
    return " ".join(numbered[number] for number in sorted(numbered)) or text
