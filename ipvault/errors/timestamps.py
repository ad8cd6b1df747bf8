"""Timestamps of an authority outside."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.errors.integrity import Damaged
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class TimestampsNotInstalled(VaultError):
    id = "usage"
    exit_code = ExitCode.USAGE
    message = N_("checking timestamps takes a part of ipvault that is not installed here")
    hint = N_(
        "install it beside ipvault: pip install 'rfc3161-client>=1.0.9', or pipx inject ipvault 'rfc3161-client>=1.0.9'"
    )


class NoSuchTimestamp(VaultError):
    id = "no-such-timestamp"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no timestamp has an id that begins with {name}")
    hint = N_("`{ipvault} timestamp list` shows what was requested, and what came back")


class AmbiguousTimestamp(VaultError):
    id = "ambiguous-timestamp"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several timestamps: {candidates}")
    hint = N_("write more of the id")


class NotATimestamp(Damaged):
    message = N_("{place} was not taken: {reason}")
    hint = N_("an authority answers with a file of its own kind, often named .tsr; certificates come as PEM or DER")


class TimestampRefused(VaultError):
    id = "timestamp-refused"
    exit_code = ExitCode.WRONG_KEY
    message = N_("the timestamp was not recorded: {reason}")
    hint = N_("ask the authority for a new one, and check that --ca names the certificates that it publishes")


class RequestRejected(VaultError):
    id = "request-rejected"
    exit_code = ExitCode.DENIED
    message = N_("the authority rejected the request: {reason}")
    hint = N_("the request stays open; ask the authority what it accepts, or another one")


class ClocksDisagree(VaultError):
    id = "clocks-disagree"
    exit_code = ExitCode.EXPIRED
    message = N_("the timestamp was not recorded: it says {stamped}, {objection}")
    hint = N_("compare the clock of this computer with another one, set it if it is wrong, and import it again")
