"""What a row of the table of commands is, and the panels of help that commands stand in."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.text import N_


class Command(NamedTuple):
    """One command: `target` is `module:function` below `ipvault.cli`."""

    name: str
    target: str
    panel: str
    summary: str


class Noun(NamedTuple):
    """A noun with its verbs, such as `journal list`, and nouns of its own, such as `identity slot list`."""

    name: str
    panel: str
    summary: str
    verbs: tuple[Command | Noun, ...]


Row = Command | Noun

VAULT = N_("Vault")
DOCUMENTS = N_("Documents")
READING = N_("Find and read")
PEOPLE = N_("People and sharing")
PROOF = N_("Journal and proof")
GOVERNANCE = N_("Before documents leave")
OVERSIGHT = N_("Keep watch")
DUTIES = N_("What has to be kept, and destroyed")
INCIDENTS = N_("When something has happened")
HELP = N_("Help")
