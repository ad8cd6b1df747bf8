"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ipvault.catalog.ledger import Ledger
from ipvault.errors import ExitCode, JournalBroken, VaultError
from ipvault.journal.head import Head
from ipvault.storage.store import JOURNAL
from ipvault.text import _

GRAVITY: Final = (ExitCode.JOURNAL_BROKEN, ExitCode.ROLLBACK, ExitCode.TOO_NEW, ExitCode.DAMAGED)
"""The exit codes of findings, the gravest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was left: where, what, and the exit code that it means.

    `document` is the item and version whose content is there, where that is known.
    """

    place: str
    problem: str
    exit_code: ExitCode
    document: str = ""


@dataclass(slots=True)
class Report:
    """What was checked, what is wrong, and what is worth knowing without being wrong.

    `vault` is its id, `head` that of the last good commit, `read_to_end` whether the journal goes on to its end from
    there, `keyed` whether records were opened, `hindrance` why not although they should have been, `files` and `bytes`
    what was hashed, `labelled` whether documents were described anew. `ledger` is what the records add up to, with keys
    a catalog; `pinned` is what this computer had seen, and `lost` the same if it is not in the journal.
    """

    head: Head
    keyed: bool
    read_to_end: bool = False
    hindrance: VaultError | None = None
    transactions: int = 0
    files: int = 0
    bytes: int = 0
    contents: int = 0
    vault: str = ""
    labelled: bool = False
    ledger: Ledger | None = field(default=None, compare=False, repr=False)
    pinned: Head | None = field(default=None, compare=False)
    lost: Head | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, place: str, problem: str, exit_code: ExitCode) -> None:
        self.findings.append(Finding(place, problem, exit_code))

    def add_broken(self, seq: int, reason: str) -> None:
        """The journal was altered at a record."""
        place = _("{journal}: record {seq}").format(journal=JOURNAL, seq=seq)
        self.add(place, reason, ExitCode.JOURNAL_BROKEN)

    def add_error(self, error: VaultError) -> None:
        """What would end any other command is a finding here."""
        match error:
            case JournalBroken(fields={"seq": int(seq), "reason": reason}):
                self.add_broken(seq, str(reason))
            case _:
                self.add(str(error.fields.get("place", "")), str(error), error.exit_code)

    def cannot_open(self, error: VaultError) -> None:
        """From here on the verification goes on without keys."""
        self.keyed, self.hindrance = False, error

    @property
    def exit_code(self) -> ExitCode:
        """That of the gravest finding."""
        found = {finding.exit_code for finding in self.findings}
        return next((code for code in GRAVITY if code in found), ExitCode.DONE)
