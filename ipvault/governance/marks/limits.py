"""What a picture may cost that is marked or searched."""

from __future__ import annotations

from typing import Final

MAX_PIXELS: Final = 60_000_000
"""Of one picture: a page of A3 at 600 dpi has 70 million, one of A4 35."""

MAX_FRAMES: Final = 200
"""Pages of a TIFF."""
