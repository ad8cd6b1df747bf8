"""As what a paper is written: the option that says so, and the name of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from ipvault.cli.files import PIPE
from ipvault.errors import UsageError
from ipvault.oversight.papers import FORMS
from ipvault.text import _

Form = StrEnum("Form", {form: form for form in FORMS})  # type: ignore[misc]  # see choices

PaperForm = Annotated[
    Form | None, typer.Option("--format", help=_("By default what the name of the file ends with, else text."))
]

_FAMILIAR: Final = frozenset(
    (".csv", ".doc", ".docx", ".eml", ".htm", ".html", ".json", ".md", ".odt", ".pdf", ".rtf", ".txt", ".xlsx")
)
"""Endings by which people and programs tell what is in a file."""


def form_for(destination: str, chosen: str | None, endings: Mapping[str, str]) -> str:
    """What to write: what was chosen, or what the file is called, or the first form; `endings` are those of the forms.

    Raises `UsageError` for a file whose name says that it is something else.
    """
    ending = "" if destination == PIPE else Path(destination).suffix.lower()
    by_name = next((form for form, its in endings.items() if its == ending), None)
    form = chosen or by_name or next(iter(endings))
    if ending in _FAMILIAR and by_name != form:
        text = _("{path} would be written as {form}, and its name says something else: let it end with {endings}")
        ends = endings[form] if chosen else ", ".join(endings.values())
        raise UsageError(problem=text.format(path=destination, form=form, endings=ends))
    return form


def dotted(forms: Iterable[str]) -> dict[str, str]:
    """The endings of forms that are called like them."""
    return {form: f".{form}" for form in forms}
