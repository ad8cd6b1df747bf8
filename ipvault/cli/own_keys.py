"""The private keys of whoever runs the command, for what needs no vault."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.cli.invocation import current
from ipvault.cli.own_identity import OwnIdentity, own_identities, own_identity
from ipvault.errors import NoneIsARecipient, NotARecipient, VaultError
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity
from ipvault.sharing.header import Header
from ipvault.text import _


class OwnRecipient(NamedTuple):
    """The identity of the user's that a package is sealed to, opened, and the file that it comes from."""

    identity: Identity
    file: OwnIdentity


def open_own() -> tuple[Identity, Card]:
    """One's own identity, opened, and its card. Asks for what that takes."""
    own = own_identity()
    return own.sealed.open_identity(own.open().master_key), own.card()


def own_recipient(header: Header, place: str) -> OwnRecipient:
    """Whom of several identities of the user's a package is for: each is opened and tried, and the right one named.

    Raises `NotARecipient`, and what opening an identity raises if none can be opened.
    """
    candidates = own_identities()
    if len(candidates) == 1:
        return OwnRecipient(candidates[0].identity(), candidates[0])
    output, failures, tried = current().output, list[VaultError](), list[str]()
    for own in candidates:
        try:
            identity = own.identity()
        except VaultError as failure:
            failures.append(failure)
            continue
        try:
            header.find_key(identity, place)
        except NotARecipient:
            tried.append(own.place)
            continue
        output.say(_("Opened with your identity in {place}.").format(place=own.place))
        return OwnRecipient(identity, own)
    if not tried:
        raise failures[0]
    raise NoneIsARecipient(place=place, tried=", ".join(tried), failures="; ".join(map(str, failures)) or _("none"))
