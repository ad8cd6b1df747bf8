"""The pack of `ipvault help compliance`."""

from __future__ import annotations

import re

from ipvault.cli.help import DOCUMENTS

_PAGE = (DOCUMENTS / "compliance.md").read_text(encoding="utf-8")
_BLOCK = re.search(r"^```toml\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
assert _BLOCK is not None

OWN_PACK = _BLOCK[1].encode()
