"""`ipvault risk assess|questions`: what could go wrong if documents are shared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import find_items
from ipvault.catalog.recipients import find_recipient
from ipvault.cli.files import PIPE, read_small
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.risk_rendering import Present, assessment_json, row, tell_assessment
from ipvault.governance.risk.answers import MAX_ANSWERS, Answers, blank_answers, read_answers
from ipvault.governance.risk.keep import assess as record_assessed
from ipvault.governance.risk.questions import ASKED
from ipvault.text import _, program

TITLES = (_("Id"), _("What"), _("For whom"), _("Risk"), _("Score"), _("Time"), _("Counts"))


def assess(
    items: Annotated[
        list[str], typer.Option("--item", metavar="ITEM|PATTERN", help=_("What is to be shared; may be repeated."))
    ],
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("The recipient."))],
    answers: Annotated[
        str, typer.Option("--answers", metavar="FILE|-", help=_("Your answers, as TOML; without it you are asked."))
    ] = "",
) -> None:
    """What the vault knows it answers itself: label, type and tags, whether the card was compared, agreements, what was
    sent before. Each document has an assessment of its own, for this recipient. It counts for a year, as long as label,
    card, agreements and the weights of the policy stay as they are. `help risk` explains the method.

    The score puts your answers in order; whether to share, people decide.
    """
    output = current().output
    place = _("the standard input") if answers == PIPE else str(Path(answers))
    given = read_answers(read_small(answers, MAX_ANSWERS), place) if answers else None
    vault = open_current()
    found = find_items(vault.catalog, items)
    recipient = find_recipient(vault.catalog, to)
    made, head = record_assessed(vault, found, recipient, given or _asked())
    present = Present(vault, made)
    data = {"assessments": [assessment_json(present, one) for one in made]}
    output.result("risk-assess", data, journal=head)
    if len(made) == 1:
        tell_assessment(vault, present, made[0])
        return
    output.table(TITLES, [row(present, one) for one in made])
    output.say(_("To see the reasons, and what to do: {command}").format(command=f"{program()} risk show ID"))


def questions(destination: TextOutput = PIPE, force: Force = False) -> None:
    """With the choices for each. Fill it in, and give it to `risk assess --answers FILE`."""
    text = blank_answers()
    write_text(destination, text, _("the questions"), force=force)
    current().output.result("risk-questions", {"path": destination, "toml": text})


def _asked() -> Answers:
    """What the person at the terminal answers."""
    prompts = current().prompts
    hint = _("`{ipvault} risk questions -o FILE` writes them to a file, and `--answers FILE` reads it")
    words = {
        question.name: prompts.choose(
            _(question.text),
            [one.word for one in question.choices],
            action=_("an assessment of risk"),
            hint=hint.format(ipvault=program()),
        )
        for question in ASKED
    }
    return Answers(words)
