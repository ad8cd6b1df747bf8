"""The table of commands. Help, completion and suggestions read it, so that they need not import any command.

A new command is a row here and a module whose function takes the command's own options; the function's docstring is
the rest of its page of help, after the summary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipvault.cli.command import (
    DOCUMENTS,
    GOVERNANCE,
    HELP,
    PEOPLE,
    PROOF,
    READING,
    VAULT,
    Command as Command,
    Noun as Noun,
    Row as Row,
)
from ipvault.cli.duties import DUTY_ROWS
from ipvault.cli.incidents import INCIDENT_ROWS
from ipvault.cli.supervision import SUPERVISION_ROWS
from ipvault.text import N_

COMMANDS: tuple[Row, ...] = (
    Command("init", "init:init", VAULT, N_("Create a vault.")),
    Command("unlock", "unlock:unlock", VAULT, N_("Keep the vault open for a time, without asking again.")),
    Command("lock", "lock:lock", VAULT, N_("Forget the key that `unlock` kept.")),
    Command("status", "status:status", VAULT, N_("Say what is in the vault and whether all is well.")),
    Command("doctor", "doctor:doctor", VAULT, N_("Examine this computer: what protects the vault, and what does not.")),
    Command("limits", "limits:limits", VAULT, N_("Say what ipvault enforces, what it records, and what it cannot do.")),
    Command("add", "add:add", DOCUMENTS, N_("Put documents into the vault.")),
    Command("update", "update:update", DOCUMENTS, N_("Store a new version of a document.")),
    Command("label", "label:label", DOCUMENTS, N_("Change a document's classification, type, tags or note.")),
    Command("move", "move:move", DOCUMENTS, N_("Rename a document, or take it to another room.")),
    Command("remove", "remove:remove", DOCUMENTS, N_("Take a document off the list; it can be restored.")),
    Command("restore", "restore:restore", DOCUMENTS, N_("Bring a removed document back.")),
    Command("erase", "erase:erase", DOCUMENTS, N_("Destroy the key and the content of versions, for good.")),
    Command("list", "list:list_items", READING, N_("List the documents in the vault.")),
    Command("search", "search:search", READING, N_("Find documents by words in names, tags and notes.")),
    Command("show", "show:show", READING, N_("Show what the vault knows about a document.")),
    Command("history", "history:history", READING, N_("List the versions of a document and what happened to it.")),
    Command("cat", "cat:cat", READING, N_("Write a document to standard output.")),
    Command("export", "export:export_items", READING, N_("Copy documents out of the vault into files.")),
    Noun(
        "identity",
        PEOPLE,
        N_("Your private keys, the card that others know you by, and what opens them."),
        (
            Command("create", "identity_create:create", PEOPLE, N_("Make an identity of your own.")),
            Command("show", "identity_show:show", PEOPLE, N_("Show whose identity it is, with its fingerprint.")),
            Command("card", "identity_card:card", PEOPLE, N_("Write the card that others need to send you anything.")),
            Command("passphrase", "identity_passphrase:passphrase", PEOPLE, N_("Change the passphrase.")),
            Noun(
                "slot",
                PEOPLE,
                N_("The ways to open an identity, each of which opens it alone."),
                (
                    Command("list", "identity_slot:slot_list", PEOPLE, N_("List them.")),
                    Command("add", "identity_slot:slot_add", PEOPLE, N_("Add a passphrase or a key file.")),
                    Command("remove", "identity_slot:slot_remove", PEOPLE, N_("Take one away; the last one stays.")),
                ),
            ),
            Noun(
                "recovery",
                PEOPLE,
                N_("Shares on paper, for the day on which nothing else opens an identity."),
                (
                    Command("split", "identity_recovery:recovery_split", PEOPLE, N_("Make shares for custodians.")),
                    Command(
                        "combine",
                        "identity_recovery:recovery_combine",
                        PEOPLE,
                        N_("Open an identity with shares, and choose a new passphrase."),
                    ),
                ),
            ),
        ),
    ),
    Noun(
        "room",
        PEOPLE,
        N_("Rooms: the parts of the vault, each with members and keys of its own."),
        (
            Command("create", "room:create", PEOPLE, N_("Make a room.")),
            Command("list", "room:list_rooms", PEOPLE, N_("List the rooms.")),
            Command("show", "room:show", PEOPLE, N_("Show who is in a room.")),
            Command("rotate", "room:rotate_key", PEOPLE, N_("Give a room a new key.")),
        ),
    ),
    Noun(
        "member",
        PEOPLE,
        N_("Members: who opens this vault with an identity of their own."),
        (
            Command("add", "member:add", PEOPLE, N_("Let somebody into a room.")),
            Command("role", "member:change", PEOPLE, N_("Change what a member may do in a room.")),
            Command("remove", "member:remove", PEOPLE, N_("Take a member out of a room, or of the vault.")),
            Command("list", "member:list_members", PEOPLE, N_("List the members.")),
        ),
    ),
    Noun(
        "recipient",
        PEOPLE,
        N_("Keep the cards of people outside the vault, to whom packages are sealed."),
        (
            Command("add", "recipient_add:recipient_add", PEOPLE, N_("Take in somebody's card.")),
            Command(
                "verify",
                "recipient_verify:recipient_verify",
                PEOPLE,
                N_("Record that a card is the person's, after comparing its fingerprint."),
            ),
            Command("list", "recipient_list:recipient_list", PEOPLE, N_("List recipients.")),
            Command("show", "recipient_show:recipient_show", PEOPLE, N_("Show a recipient's card and fingerprint.")),
            Command(
                "update", "recipient_update:recipient_update", PEOPLE, N_("Put a new card in place of a recipient's.")
            ),
            Command("remove", "recipient_remove:recipient_remove", PEOPLE, N_("Send nothing to a recipient any more.")),
        ),
    ),
    Noun(
        "policy",
        GOVERNANCE,
        N_("Say under which conditions documents leave the vault."),
        (
            Command("show", "policy:show_policy", GOVERNANCE, N_("Show the policy that applies.")),
            Command("set", "policy:set_field", GOVERNANCE, N_("Change what is asked for a label.")),
            Command("check", "policy:check_policy", GOVERNANCE, N_("Check a policy before it is imported.")),
            Command("export", "policy:export_policy", GOVERNANCE, N_("Write the policy to a file.")),
            Command("import", "policy:import_policy", GOVERNANCE, N_("Take a whole policy from a file.")),
        ),
    ),
    Noun(
        "agreement",
        GOVERNANCE,
        N_("Keep what was agreed with others, and what it covers."),
        (
            Command("add", "agreement:add", GOVERNANCE, N_("Record an agreement with its signed document.")),
            Command("list", "agreement_list:list_agreements", GOVERNANCE, N_("List agreements.")),
            Command("show", "agreement_list:show", GOVERNANCE, N_("Show the terms of an agreement.")),
            Command("update", "agreement:update", GOVERNANCE, N_("Change the terms of an agreement.")),
            Command("due", "agreement_list:due", GOVERNANCE, N_("List what runs out or falls due.")),
            Command("terminate", "agreement:terminate", GOVERNANCE, N_("Record that an agreement ends.")),
            Command("check", "agreement_check:check", GOVERNANCE, N_("Look for gaps, or ask what is covered.")),
        ),
    ),
    Noun(
        "risk",
        GOVERNANCE,
        N_("Assess what could go wrong if a document is shared."),
        (
            Command("assess", "risk_assess:assess", GOVERNANCE, N_("Assess the risk of sharing documents.")),
            Command("questions", "risk_assess:questions", GOVERNANCE, N_("Write the questions as a file to fill in.")),
            Command("list", "risk_list:list_assessments", GOVERNANCE, N_("List assessments.")),
            Command("show", "risk_list:show", GOVERNANCE, N_("Show an assessment, with its reasons and measures.")),
            Command("accept", "risk_list:accept", GOVERNANCE, N_("Accept a risk that somebody else assessed.")),
        ),
    ),
    Noun(
        "training",
        GOVERNANCE,
        N_("Have people accept texts, such as rules of secrecy."),
        (
            Command("assign", "training:assign", GOVERNANCE, N_("Say who is to accept which text.")),
            Command("acknowledge", "training:acknowledge", GOVERNANCE, N_("Accept a text, or record that it was.")),
            Command("list", "training_list:list_trainings", GOVERNANCE, N_("List the texts.")),
            Command("show", "training_list:show", GOVERNANCE, N_("Write what a text says.")),
            Command("report", "training_list:report", GOVERNANCE, N_("List who accepted what, and who did not.")),
        ),
    ),
    Noun(
        "request",
        GOVERNANCE,
        N_("Have others approve what is to leave the vault."),
        (
            Command("create", "request:create", GOVERNANCE, N_("Ask for an approval.")),
            Command("list", "request:list_requests", GOVERNANCE, N_("List what was asked for, and the answers.")),
            Command("show", "request:show", GOVERNANCE, N_("Show a request, and what the policy says to it.")),
            Command("approve", "request:approve", GOVERNANCE, N_("Approve what somebody else asks for.")),
            Command("deny", "request:deny", GOVERNANCE, N_("Deny what somebody else asks for.")),
        ),
    ),
    Command("share", "share:share", PEOPLE, N_("Seal documents for recipients, in one package.")),
    Command("revoke", "revoke:revoke", PEOPLE, N_("Take back what was shared, as far as that can be done.")),
    Command("seal", "seal:seal", PEOPLE, N_("Seal files for others, without a vault.")),
    Command("open", "open:open_", PEOPLE, N_("Open a package that was sealed for you.")),
    Command("receive", "receive:receive", PEOPLE, N_("Bring a package that was sealed for you into the vault.")),
    Noun(
        "package",
        PEOPLE,
        N_("Look at sealed packages."),
        (
            Command("inspect", "package_inspect:inspect", PEOPLE, N_("Say what anybody can see of a package.")),
            Command("list", "package_list:package_list", PEOPLE, N_("List what was shared, and with whom.")),
        ),
    ),
    Noun(
        "receipt",
        PEOPLE,
        N_("Confirm what became of a package."),
        (
            Command("create", "receipt_create:create", PEOPLE, N_("Sign a receipt for the sender.")),
            Command("import", "receipt_import:receipt_import", PEOPLE, N_("Record a receipt that came back.")),
            Command("list", "receipt_list:receipt_list", PEOPLE, N_("List who confirmed what, and who did not.")),
        ),
    ),
    Command("access", "access:access", PEOPLE, N_("Say who can open a document, or what somebody can open.")),
    Command("exposure", "exposure:exposure", PEOPLE, N_("List every version that somebody could have.")),
    Noun(
        "journal",
        PROOF,
        N_("Read the signed record of everything that happened."),
        (
            Command("list", "journal_list:journal_list", PROOF, N_("List records.")),
            Command("show", "journal_show:journal_show", PROOF, N_("Show one record in full.")),
            Command(
                "export",
                "journal_export:journal_export",
                PROOF,
                N_("Write records for other programs, such as those that monitor security."),
            ),
            Command(
                "checkpoint",
                "journal_checkpoint:journal_checkpoint",
                PROOF,
                N_("Sign how far the journal goes, for somebody outside."),
            ),
            Command(
                "proof",
                "journal_proof:journal_proof",
                PROOF,
                N_("Prove that a record is in the journal, or that it continues a checkpoint."),
            ),
            Command(
                "witness-request",
                "journal_witness:witness_request",
                PROOF,
                N_("Ask a colleague to confirm how far the journal goes."),
            ),
            Command(
                "witness-import",
                "journal_witness:witness_import",
                PROOF,
                N_("Record what a witness has signed."),
            ),
            Command(
                "accept-rollback",
                "journal_accept_rollback:journal_accept_rollback",
                PROOF,
                N_("Accept an older copy of the vault, and record why."),
            ),
            Command(
                "forget",
                "journal_forget:journal_forget",
                PROOF,
                N_("Delete the content of a record for data protection; the chain still verifies."),
            ),
        ),
    ),
    Noun(
        "timestamp",
        PROOF,
        N_("Have an authority outside certify that documents and records existed."),
        (
            Command("request", "timestamp_request:timestamp_request", PROOF, N_("Write a request for an authority.")),
            Command("import", "timestamp_import:timestamp_import", PROOF, N_("Record what the authority answered.")),
            Command("list", "timestamp_list:timestamp_list", PROOF, N_("List what was requested, and what came back.")),
            Command("verify", "timestamp_verify:timestamp_verify", PROOF, N_("Check timestamps.")),
            Command("export", "timestamp_export:timestamp_export", PROOF, N_("Write one out for other programs.")),
        ),
    ),
    Noun(
        "witness",
        PROOF,
        N_("Be a witness to other journals, and say whom you trust as one."),
        (
            Command("cosign", "witness:cosign", PROOF, N_("Sign how far a colleague's journal goes.")),
            Command("history", "witness:history", PROOF, N_("List what you have signed as a witness.")),
            Command("list", "witness:list_witnesses", PROOF, N_("List the witnesses whom you trust.")),
            Command("trust", "witness:trust", PROOF, N_("Trust somebody as a witness.")),
            Command("distrust", "witness:distrust", PROOF, N_("Trust a witness no longer.")),
        ),
    ),
    Command("verify", "verify:verify", PROOF, N_("Check that nothing was altered, lost or put back.")),
    Noun(
        "backup",
        PROOF,
        N_("Copies of the vault: make, check, restore, and practise it."),
        (
            Command("create", "backup:create", PROOF, N_("Copy the vault, or what is new in it, to another folder.")),
            Command("verify", "backup:verify", PROOF, N_("Check that a backup is whole, and how old it is.")),
            Command("restore", "backup:restore", PROOF, N_("Make a vault from a backup, in a new folder.")),
            Command(
                "drill", "backup_drill:drill_backup", PROOF, N_("Restore a backup for a test, and record how it went.")
            ),
        ),
    ),
    Command("repair", "repair:repair", PROOF, N_("Heal damage with another copy of the vault.")),
    Noun(
        "evidence",
        PROOF,
        N_("Show some of the journal to others, so that they can check it."),
        (
            Command("bundle", "evidence_bundle:evidence_bundle", PROOF, N_("Write records with what proves them.")),
            Command("verify", "evidence_verify:evidence_verify", PROOF, N_("Check the evidence of somebody else.")),
            Command("certify", "evidence_certify:certify", PROOF, N_("Draft what a qualified person can sign.")),
            Noun(
                "custody",
                PROOF,
                N_("Record who has a piece of evidence, and that it stays as it is."),
                (
                    Command("start", "evidence_custody:start", PROOF, N_("Record who has it from now on.")),
                    Command("transfer", "evidence_custody:hand_over", PROOF, N_("Record that it goes to somebody.")),
                    Command(
                        "correct", "evidence_custody:correct_hand_over", PROOF, N_("Record what was recorded wrong.")
                    ),
                    Command("list", "evidence_custody:list_custody", PROOF, N_("List who had what, and when.")),
                ),
            ),
        ),
    ),
    Noun(
        "report",
        PROOF,
        N_("Write what the records add up to, for others."),
        (
            Command(
                "dossier",
                "report_dossier:dossier",
                PROOF,
                N_("Write all that is on record about a document, with what proves it."),
            ),
        ),
    ),
    Noun(
        "compliance",
        PROOF,
        N_("Show what the records say of the controls of standards and laws. It is evidence, not a certificate."),
        (
            Command("frameworks", "compliance:list_frameworks", PROOF, N_("List the standards and laws.")),
            Command("report", "compliance:report", PROOF, N_("Write what the vault shows of each control.")),
            Command("gaps", "compliance:gaps", PROOF, N_("List what it could show and has no record of.")),
            Command("import", "compliance:import_own", PROOF, N_("Take in a framework of your own.")),
        ),
    ),
    Noun(
        "dlp",
        GOVERNANCE,
        N_("Find what should not go out: in files, and in documents of the vault."),
        (
            Command("scan", "dlp_scan:scan_documents", GOVERNANCE, N_("Search files and documents.")),
            Noun(
                "rules",
                GOVERNANCE,
                N_("What is searched for."),
                (
                    Command("list", "dlp_rules:list_rules", GOVERNANCE, N_("List the rules.")),
                    Command("show", "dlp_rules:show_rule", GOVERNANCE, N_("Show a rule.")),
                    Command("check", "dlp_rules:check_rules", GOVERNANCE, N_("Check a file of rules of your own.")),
                ),
            ),
            Command("test", "dlp_test:try_rules", GOVERNANCE, N_("Try rules on files or on samples.")),
            Command("waive", "dlp_waive:waive_finding", GOVERNANCE, N_("Record that a finding is a false alarm.")),
            Command("waivers", "dlp_waive:list_waivers", GOVERNANCE, N_("List the findings that are waived.")),
        ),
    ),
    Noun(
        "mark",
        GOVERNANCE,
        N_("Mark copies for those who get them, and find out whose copy a file is."),
        (
            Command("identify", "mark_identify:identify_file", GOVERNANCE, N_("Say whose copy a file is.")),
            Command("apply", "mark_apply:apply_mark", GOVERNANCE, N_("Make a marked copy of a file for somebody.")),
            Command("survey", "mark_survey:survey", GOVERNANCE, N_("Show what marks survive, as it was measured.")),
        ),
    ),
    *DUTY_ROWS,
    *INCIDENT_ROWS,
    *SUPERVISION_ROWS,
    Command("completion", "completion:completion", HELP, N_("Print the script that completes commands in your shell.")),
    Command("help", "help:show_help", HELP, N_("Explain a topic or a command.")),
)


def all_commands(rows: Sequence[Row] | None = None) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command of these rows, or of the table, with the words that call it."""
    for row in COMMANDS if rows is None else rows:
        if isinstance(row, Noun):
            yield from (((row.name, *words), command) for words, command in all_commands(row.verbs))
        else:
            yield (row.name,), row
