"""The scripts of a bundle, each one file that its reader can read from the beginning to the end."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_IMPORT = re.compile(r"^from ipvault\.evidence\.bundle\.(\w+) import .*\n", re.MULTILINE)
_BEGINNING = re.compile(r'"""(.*)"""\n\nfrom __future__ import annotations\n')


@cache
def scripts() -> dict[str, bytes]:
    """Their texts by their names: `verify.py` has the modules that it uses in it, where it imports them."""
    return {"verify.sh": _text("verify.sh").encode(), "verify.py": _joined(_text("verify.py"), set()).encode()}


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _joined(text: str, known: set[str]) -> str:
    def module(match: re.Match[str]) -> str:
        name = match[1]
        if name in known:
            return ""
        known.add(name)
        return _joined(_BEGINNING.sub(r"\n# \1\n", _text(f"{name}.py"), count=1), known)

    return _IMPORT.sub(module, text)
