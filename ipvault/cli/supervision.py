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
    Noun(
        "review",
        OVERSIGHT,
        N_("Review who may what: listed once, and each grant decided on by somebody else."),
        (
            Command("start", "review:start", OVERSIGHT, N_("List all that anybody may now, to be reviewed.")),
            Command("list", "review:list_reviews", OVERSIGHT, N_("List reviews, and what is left to do.")),
            Command("show", "review:show", OVERSIGHT, N_("Show what is in a review, and what was decided.")),
            Command("decide", "review:decide", OVERSIGHT, N_("Say of grants whether they stay.")),
            Command("close", "review:close", OVERSIGHT, N_("Record that a review is done.")),
            Command("export", "review:export", OVERSIGHT, N_("Write a review as CSV.")),
        ),
    ),
    Command("offboard", "offboard:offboard", OVERSIGHT, N_("End all that somebody who leaves may, with papers.")),
)
