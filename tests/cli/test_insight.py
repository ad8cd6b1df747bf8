"""`ipvault insight run`: from what time on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.vaults import add
from tests.support.program import ipvault

RULE = """
format = 1
[[rule]]
id = "two-documents"
title = "Two documents"
level = "low"
type = "value_count"
selection.action = "item.added"
field = "item"
timespan = "1h"
gte = 2
"""


@pytest.mark.usefixtures("vault")
def test_only_what_went_on_since(tmp_path: Path) -> None:
    """What was over before --since is no finding; what went on at that time is."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE)
    before = datetime.now(UTC).isoformat()
    add("a")
    add("b")
    found = ipvault("insight", "run", "--rules", str(rules), "--since", before)
    assert (found.exit, found.stdout.count("Two documents")) == (17, 1)
    after = datetime.now(UTC).isoformat()
    nothing = ipvault("insight", "run", "--rules", str(rules), "--since", after)
    assert (nothing.exit, nothing.stdout) == (0, "")
