"""`ipvault help`: the documents that come with the program, and the pages of its commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import ipvault
from ipvault.cli.application import page_of
from ipvault.cli.commands import COMMANDS, Noun, Row
from ipvault.cli.invocation import current
from ipvault.cli.usage import did_you_mean
from ipvault.errors import CommandLineWrong
from ipvault.settings import ENVIRONMENT
from ipvault.text import N_, _

DOCUMENTS = Path(ipvault.__file__).parent / "docs"

TOPICS = {
    "format": N_("The vault's files and records, exact enough to write a second reader."),
    "threats": N_("What the vault protects against, and what it cannot."),
    "policy": N_("Under which conditions documents leave the vault, and what that is worth."),
    "agreements": N_("What can be kept of an agreement, what it covers, and what is checked."),
    "risk": N_("How the risk of sharing is assessed: questions, scores, levels and measures."),
    "retention": N_("What is kept and what is destroyed: holds, rules, and requests of data subjects."),
    "incidents": N_("How incidents are answered: nine steps, the clocks, and what containment does."),
    "insight": N_("What is looked for in the journal, and how to write rules of your own."),
    "register": N_("What is kept of a trade secret, the six factors, and what is missing."),
    "compliance": N_("How the vault serves as evidence of controls, and how to write a pack of your own."),
    "exit-codes": N_("What the program's exit codes mean."),
    "json": N_("What --json prints, for programs."),
    "dlp-rules": N_("What is searched for in documents, and how to write rules of your own."),
    "environment": N_("The environment variables and the file that change how ipvault behaves."),
}


def _completions(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Topics and commands with what they are about, or after a noun its verbs."""
    match context.params.get("topic") or ():
        case ():
            topics = [(name, _(summary)) for name, summary in TOPICS.items()]
            known = topics + [(row.name, _(row.summary)) for row in COMMANDS]
        case words:
            rows: Sequence[Row] = COMMANDS
            for word in words:
                rows = next((row.verbs for row in rows if isinstance(row, Noun) and row.name == word), ())
            known = [(row.name, _(row.summary)) for row in rows]
    return [(name, about) for name, about in known if name.startswith(incomplete)]


def show_help(
    context: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(help=_("A topic, or a command such as `journal list`."), autocompletion=_completions),
    ] = None,
) -> None:
    """Without a topic, lists them. A topic is shown as text when the output is not a terminal."""
    output = current().output
    match topic or []:
        case []:
            output.result("help", {"topics": {name: _(summary) for name, summary in TOPICS.items()}})
            output.table((_("Topic"), _("What it explains")), [(name, _(s)) for name, s in TOPICS.items()])
        case [name] if name in TOPICS:
            page = _document(name)
            output.result("help", {"topic": name, "text": page})
            output.markdown(page)
        case words:
            page = _command_page(context, words)
            output.result("help", {"topic": " ".join(words), "text": page})
            output.text(page)


def _document(name: str) -> str:
    page = (DOCUMENTS / f"{name}.md").read_text(encoding="utf-8")
    rows = (f"| `{variable.name}` | {variable.meaning} |" for variable in ENVIRONMENT)
    return page.replace("<!-- the rows of ENVIRONMENT in ipvault/settings.py -->", "\n".join(rows))


def _command_page(context: typer.Context, words: list[str]) -> str:
    known = [*TOPICS, *(row.name for row in COMMANDS)]
    if words[0] not in known:
        raise CommandLineWrong(
            problem=_("there is no help on {topic}").format(topic=words[0]),
            advice=did_you_mean(words[0], known) or _("`ipvault help` lists the topics"),
            usage="",
        )
    return page_of(words, context)
