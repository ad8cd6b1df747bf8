"""The check of what a bundle came with: the pages of a dossier, whose hashes are on the signed list."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ipvault.characters import printable
from ipvault.evidence.bundle.folder import Wrong
from ipvault.evidence.bundle.verify import FAIL, PASS, SKIP, Bundle
from ipvault.evidence.dossier import HASHES

_LINE: Final = re.compile("([0-9a-f]{64})  ([^/\\\\\0]+)")


Outcome = tuple[str, str, str]


class Given(NamedTuple):
    """What somebody sent: the folder of a bundle, and the one in which the pages lie that it proves, if they came."""

    bundle: Path
    beside: Path


def check_beside(bundle: Bundle, checked: Iterable[Outcome], beside: Path) -> Iterator[Outcome]:
    """The outcomes, as `Bundle.outcomes` gives them, for each file that a bundle names as beside it; mostly none.

    Of a bundle of which a check failed, as its outcomes in `checked` say, nothing is to be believed, and so nothing is
    compared.
    """
    if any(outcome == FAIL for outcome, _name, _reason in checked) or not bundle.has(HASHES):
        return
    try:
        found = [_LINE.fullmatch(line.decode()) for line in bundle.lines(HASHES)]
    except (Wrong, UnicodeDecodeError):
        found = []
    if not found or None in found:
        yield FAIL, HASHES, "it is not a list of hashes"
        return
    for match in filter(None, found):
        yield _compared(beside / match[2], match[1])


def _compared(path: Path, digest: str) -> Outcome:
    what = f"{printable(path.name)}, which came with it"
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return FAIL, what, "it is not a file"
        with path.open("rb") as file:
            is_right = hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return SKIP, what, "it is not beside the evidence, so it was not compared with what was signed"
    except OSError as error:
        return FAIL, what, f"it cannot be read ({type(error).__name__})"
    return (PASS, what, "") if is_right else (FAIL, what, "it was altered: its SHA-256 is not the one that was signed")
