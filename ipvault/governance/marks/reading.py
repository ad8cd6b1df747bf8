"""What a file says of whose copy it is, in each of its channels."""

from __future__ import annotations

from typing import Final, NamedTuple

DOTS: Final = "dots"
TEXT: Final = "text"
HIDDEN: Final = "hidden"
PROPERTIES: Final = "properties"

CHANNELS: Final = (TEXT, DOTS, HIDDEN, PROPERTIES)
"""The line that people see, the pattern of dots, the characters that are not seen, and the properties of the file."""


class Reading(NamedTuple):
    """A code that was found: in which channel, where, and how many of its bytes had to be corrected."""

    channel: str
    place: str
    code: bytes
    corrected: int = 0
