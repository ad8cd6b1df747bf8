"""What a browser makes of a page."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image

from tests.support.peers import need

WIDTH, HEIGHT = 794, 5000
"""Pixels of the window: the width is that of A4."""


def screenshot(text: str, folder: Path) -> Image.Image:
    """The top of a page as headless Chromium shows it, in shades of grey."""
    (folder / "page.html").write_text(text, encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile")
    window = (f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={folder}/page.png", f"file://{folder}/page.html")
    subprocess.run([need("chromium"), *options, *window], check=True, capture_output=True, timeout=60)
    with Image.open(folder / "page.png") as image:
        assert image.size == (WIDTH, HEIGHT)
        return image.convert("L")


def margin(seen: Image.Image, bottom: int = HEIGHT - 100) -> object:
    """The darkest and the lightest of what is right of the text and still on the paper, which goes on to `bottom`."""
    return seen.crop((738, 40, 790, bottom)).getextrema()
