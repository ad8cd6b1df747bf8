"""The option that says as what a paper is written."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ipvault.oversight.papers import FORMS
from ipvault.text import _

Form = StrEnum("Form", {form: form for form in FORMS})  # type: ignore[misc]  # see choices

PaperForm = Annotated[Form, typer.Option("--format", help=_("What it is written as."))]
