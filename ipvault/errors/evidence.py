"""Heads of journals, and who vouches for them."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.errors.integrity import Damaged
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class HeadRefused(Damaged):
    id = "head-refused"
    message = N_("{place} was not taken: {reason}")
    hint = N_("ask whoever made it to send it again")


class EvidenceRefused(Damaged):
    hint = N_(
        "name the folder or the ZIP archive of a bundle as it was given to you; `{ipvault} evidence verify` says which "
        "checks of one fail, and whoever made it can send it again"
    )


class StrangersHead(VaultError):
    id = "strangers-head"
    exit_code = ExitCode.WRONG_KEY
    message = N_("nobody who was a member of this vault then has signed the checkpoint in {place}")
    hint = N_("whoever gave it to you made it up, or altered it: rely on nothing that it says")


class Forked(VaultError):
    id = "forked"
    exit_code = ExitCode.ROLLBACK
    message = N_("the journal is not the one of which {place} says that it had {size} records")
    hint = N_(
        "it was rolled back, or two copies have gone different ways; both heads are in {fork_file}: keep that file, "
        "and find out who replaced the vault"
    )


class NotExtended(VaultError):
    id = "not-extended"
    exit_code = ExitCode.ROLLBACK
    message = N_(
        "nothing was signed: you have signed {size} records of this journal on {time}, and what {place} says does not "
        "continue them"
    )
    hint = N_("it was rolled back, or two copies have gone different ways; both heads are in {fork_file}: keep it")


class OlderRequest(VaultError):
    id = "older-request"
    exit_code = ExitCode.CONFLICT
    message = N_(
        "nothing was signed: {place} is about {found} records, and you have signed {size} of this journal on {time}"
    )
    hint = N_(
        "it is an older request, made before the one that you signed last: whoever made it makes a new one, with "
        "--old-size {size}"
    )


class AnotherStart(VaultError):
    id = "another-start"
    exit_code = ExitCode.CONFLICT
    message = N_(
        "nothing was signed: {place} begins at {old} records, and you have signed {size} of this journal so far"
    )
    hint = N_("whoever made it makes it again, with --old-size {size}")


class NotWitnessed(VaultError):
    id = "not-witnessed"
    exit_code = ExitCode.WRONG_KEY
    message = N_("in {place} there is no signature of a witness whom you trust, so nothing was recorded")
    hint = N_("`{ipvault} witness list` shows whom you trust; `{ipvault} witness trust CARD` adds somebody")


class NoSuchWitness(VaultError):
    id = "no-such-witness"
    exit_code = ExitCode.NOT_FOUND
    message = N_("none of the witnesses whom you trust is called {name}")
    hint = N_("{suggestion}")


class AmbiguousWitness(VaultError):
    id = "ambiguous-witness"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several witnesses: {candidates}")
    hint = N_("use the fingerprint, or as much of its beginning as tells them apart")


class NoSuchCustody(VaultError):
    id = "no-such-custody"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no piece of evidence has an id that begins with {name}")
    hint = N_("`{ipvault} evidence custody list` shows what there is")


class NoSuchHandOver(VaultError):
    id = "no-such-hand-over"
    exit_code = ExitCode.NOT_FOUND
    message = N_("record {number} is no hand-over of {title}")
    hint = N_("`{ipvault} evidence custody list` shows the numbers; of a correction, correct again what it is about")


class NothingRecorded(VaultError):
    id = "nothing-recorded"
    exit_code = ExitCode.NOT_FOUND
    message = N_("by {when} nothing was recorded of {name} that you can read")
    hint = N_("`{ipvault} history {quoted}` shows since when there are records of it")
