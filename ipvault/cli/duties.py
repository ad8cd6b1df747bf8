"""The commands that keep watch, and those about what has to be kept and what has to be destroyed."""

from __future__ import annotations

from ipvault.cli.command import DUTIES, OVERSIGHT, Command, Noun, Row
from ipvault.text import N_

DUTY_ROWS: tuple[Row, ...] = (
    Noun(
        "hold",
        DUTIES,
        N_("Keep documents from being destroyed while a matter goes on."),
        (
            Command("place", "hold:place", DUTIES, N_("Hold documents for a matter.")),
            Command("release", "hold:release", DUTIES, N_("End a hold.")),
            Command("list", "hold:list_holds", DUTIES, N_("List holds, and who has not acknowledged.")),
            Command("notice", "hold_notice:notice", DUTIES, N_("Write the letters to the custodians.")),
            Command("acknowledge", "hold:acknowledge", DUTIES, N_("Record that a custodian knows of a hold.")),
        ),
    ),
    Noun(
        "retention",
        DUTIES,
        N_("Keep documents for as long as rules say, and then destroy them."),
        (
            Command("set", "retention:set_retention", DUTIES, N_("Say for how long documents are kept.")),
            Command("withdraw", "retention:withdraw", DUTIES, N_("Withdraw a rule.")),
            Command("event", "retention:event", DUTIES, N_("Record when what a rule waits for happened.")),
            Command("list", "retention:list_rules", DUTIES, N_("List the rules.")),
            Command("due", "retention_run:due", DUTIES, N_("List what was kept for long enough.")),
            Command("run", "retention_run:run", DUTIES, N_("Destroy what is due.")),
            Command("certificate", "retention_run:certificate", DUTIES, N_("Put in writing what was destroyed.")),
        ),
    ),
    Noun(
        "privacy",
        DUTIES,
        N_("Answer what people ask about their data, and keep their consents."),
        (
            Noun(
                "request",
                DUTIES,
                N_("What data subjects ask for, and by when the answer is due."),
                (
                    Command("create", "privacy_request:create", DUTIES, N_("Record a request.")),
                    Command("list", "privacy_request:list_requests", DUTIES, N_("List requests.")),
                    Command("show", "privacy_request:show", DUTIES, N_("Show a request.")),
                    Command("extend", "privacy_request:extend", DUTIES, N_("Take more time for the answer.")),
                    Command("decide", "privacy_decide:decide", DUTIES, N_("Grant or refuse a request.")),
                    Command("close", "privacy_request:close", DUTIES, N_("Record that the subject was told.")),
                ),
            ),
            Noun(
                "consent",
                DUTIES,
                N_("Consents to passing data on."),
                (
                    Command("add", "privacy_consent:add", DUTIES, N_("Record a consent.")),
                    Command("withdraw", "privacy_consent:withdraw", DUTIES, N_("Record that it was withdrawn.")),
                    Command("list", "privacy_consent:list_consents", DUTIES, N_("List consents.")),
                ),
            ),
            Command("disclosures", "privacy_consent:list_disclosures", DUTIES, N_("List to whom what was disclosed.")),
        ),
    ),
    Noun(
        "insight",
        OVERSIGHT,
        N_("See what is unusual in the journal, and what happened in a week."),
        (
            Command("run", "insight_run:run", OVERSIGHT, N_("Look for what somebody should look at.")),
            Command("rules", "insight_rules:list_rules", OVERSIGHT, N_("List what is looked for.")),
            Command("test", "insight_rules:test_rules", OVERSIGHT, N_("Check rules, and try them on their own tests.")),
            Command(
                "acknowledge",
                "insight_run:acknowledge_finding",
                OVERSIGHT,
                N_("Record that a finding was looked at."),
            ),
            Command("digest", "insight_digest:digest", OVERSIGHT, N_("Write what happened in a week.")),
        ),
    ),
)
