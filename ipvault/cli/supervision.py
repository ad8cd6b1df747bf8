"""The commands about what people in charge look after: trade secrets, access, leavers."""

from __future__ import annotations

from ipvault.cli.command import OVERSIGHT, Command, Noun, Row
from ipvault.text import N_

SUPERVISION_ROWS: tuple[Row, ...] = (
    Noun(
        "register",
        OVERSIGHT,
        N_("Keep a register of trade secrets: why they are, what protects them, what is missing."),
        (
            Command("add", "register:add", OVERSIGHT, N_("Propose a trade secret, and commit to what it is.")),
            Command(
                "list", "register_list:list_secrets", OVERSIGHT, N_("List trade secrets by titles that reveal none.")
            ),
            Command("show", "register_list:show", OVERSIGHT, N_("Show an entry, and what protects it.")),
            Command("score", "register:score_factors", OVERSIGHT, N_("Say why it is a secret, by six factors.")),
            Command("approve", "register:approve", OVERSIGHT, N_("Agree with an entry that somebody else proposed.")),
            Command("gaps", "register_list:gaps", OVERSIGHT, N_("List what the steps to keep them secret still lack.")),
            Command("due", "register_list:due", OVERSIGHT, N_("List which entries are to be looked at again.")),
            Command("retire", "register:retire", OVERSIGHT, N_("Record that something is no trade secret any more.")),
            Command(
                "reveal", "register_reveal:reveal", OVERSIGHT, N_("Write what it is, with the proof of since when.")
            ),
        ),
    ),
)
