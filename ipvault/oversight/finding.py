"""One thing that was looked at, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "problem", "unknown"]


@dataclass(frozen=True)
class Finding:
    """`check` is an id for programs, `what` a sentence, `advice` what to do about it or an empty string.

    `ok` means that it was seen to be right. What cannot be seen is `unknown`.
    """

    check: str
    state: State
    what: str
    advice: str = ""
