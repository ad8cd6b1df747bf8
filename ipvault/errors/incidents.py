"""Incidents, and the rules by which they are answered."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class NoSuchIncident(VaultError):
    id = "no-such-incident"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no incident has an id that begins with {name} or is open under that title")
    hint = N_("`{ipvault} incident list` shows what there is")


class PlaybookRefused(VaultError):
    id = "playbook-refused"
    exit_code = ExitCode.USAGE
    message = N_("the playbook cannot be used: {reason}")
    hint = N_("`{ipvault} help incidents` shows what is in one")


class IncidentUnfinished(VaultError):
    id = "incident-unfinished"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("the incident cannot be closed yet: {missing}")
    hint = N_("`{ipvault} incident show {id}` says what there is")
