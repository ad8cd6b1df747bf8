"""How texts that are to be accepted look for programs."""

from __future__ import annotations

from typing import Any

from ipvault.catalog.trainings import Training
from ipvault.cli.rendering import or_null


def training_json(training: Training) -> dict[str, Any]:
    """A text for programs, without what it says."""
    fields = {name: value for name, value in training._asdict().items() if name != "content"}
    return or_null(fields, "item")
