"""Opening the vault that a command is about: from a session, or with a passphrase."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ipvault.catalog.address import SHORT_ID, closed_rooms, rooms
from ipvault.cli.invocation import current
from ipvault.crypto.secret import Secret
from ipvault.errors import NotAMember, SessionStoreRefused, WrongPassphrase
from ipvault.keys.hardening import harden_process
from ipvault.keys.key_file import read_key_file
from ipvault.keys.passphrase import COMMAND_VARIABLE, PassphraseSources, read_passphrase
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.keys.sessions import Session, is_in_keyring, is_noted, recall
from ipvault.keys.unlock_slots import PASSPHRASE, PASSPHRASE_AND_KEY_FILE, Factors, opens_alone
from ipvault.settings import identity_path, patience, state_dir
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL
from ipvault.text import _, ngettext
from ipvault.vault.descriptor import Descriptor, read_descriptor
from ipvault.vault.member_files import find_member, has_member_file, is_enrolled, read_member_file
from ipvault.vault.opening import open_vault
from ipvault.vault.pins import PinFile
from ipvault.vault.vault import Machine, Vault

if TYPE_CHECKING:
    from ipvault.keys.identity_file import IdentityFile


class Closed(NamedTuple):
    """A vault that has been found and not opened: what can be told of it without any key.

    `own` is the identity file by which the member opens it; without one it is the member file in the vault. `stranger`
    is this user's identity file if it is no member's and this computer has not seen the vault.
    """

    path: Path
    store: DirectoryStore
    descriptor: Descriptor
    member: str
    machine: Machine
    own: IdentityFile | None = None
    stranger: IdentityFile | None = None

    def session(self) -> Session | None:
        """The session that keeps this member's master key, if one is open and only this user can have touched it."""
        try:
            return recall(self.descriptor.id, self.member, self.machine.now())
        except SessionStoreRefused as refusal:
            if is_noted(self.descriptor.id, self.member):
                text = _("the session is not used, because its key cannot be kept in {path} any more: {reason}")
                current().output.warn(text.format(**refusal.fields))
            return None


class Unlocked(NamedTuple):
    """A member's sealed keys and the master key that opens them; `by_passphrase` when no session gave it."""

    sealed: SealedIdentity
    master_key: Secret
    by_passphrase: bool


def machine_for(vault_id: str, lock_holder: Callable[[], int | None] = lambda: None) -> Machine:
    """This computer, as a vault sees it; `lock_holder` tells which process is writing to it."""
    output = current().output

    def tell_of_waiting() -> None:
        text = _("waiting for another ipvault to finish with this vault …")
        if process := lock_holder():
            text = _("waiting for another ipvault (process {number}) to finish with this vault …").format(
                number=process
            )
        output.say(text, even_quietly=True)

    return Machine(
        PinFile(state_dir(), vault_id),
        now=time.time,
        warn=output.warn,
        remark=output.remark,
        waiting=tell_of_waiting,
    )


def own_path() -> Path:
    """The file of the user's own identity, which need not exist."""
    invocation = current()
    return identity_path(invocation.options.identity, invocation.environment.variables)


def find_closed(store: DirectoryStore | None = None) -> Closed:
    """The vault of this run, as `store` shows it if that is given.

    Raises `NoVaultChosen`, `NoVault` or what its description is refused for.
    """
    harden_process()
    path = current().vault_path()
    store = store or DirectoryStore(path, patience(current().environment.variables))
    descriptor = read_descriptor(store)
    current().is_in_vault = True
    machine = machine_for(descriptor.id, store.lock_holder)
    pin = machine.pins.read()
    member, own, stranger = _who(store, descriptor.id, pin.member if pin else None)
    if is_in_keyring(descriptor.id, member):
        from ipvault.keys import system_keyring

        machine.pins.mirror = system_keyring
    return Closed(path, store, descriptor, member, machine, own, stranger)


def _who(
    store: DirectoryStore, vault: str, remembered: str | None
) -> tuple[str, IdentityFile | None, IdentityFile | None]:
    """Which member this user is: by the identity file that was named, by what this computer remembers, or by the files.

    With `own` and `stranger` as a `Closed` has them. Raises `NotAMember` for a named identity that is none, and
    `SeveralMembers`.
    """
    invocation = current()
    path, is_named = own_path(), True
    if invocation.options.identity is None and not invocation.environment.variables.get("IPVAULT_IDENTITY"):
        is_named = False
        if (remembered is not None and has_member_file(store, remembered)) or not path.exists():
            return find_member(store, vault, remembered), None, None
    from ipvault.keys.identity_store import read_identity

    own = read_identity(path)
    if own.fingerprint == remembered or is_enrolled(store, own.fingerprint):
        return own.fingerprint, own, None
    if is_named:
        raise NotAMember(name=own.card.details.name, path=str(path))
    return find_member(store, vault, remembered), None, own if remembered is None else None


def passphrase_sources() -> PassphraseSources:
    """Where this run was told to take the passphrase from."""
    options, variables = current().options, current().environment.variables
    return PassphraseSources(options.passphrase_fd, options.passphrase_file, variables.get(COMMAND_VARIABLE) or None)


def read_factors(sealed: SealedIdentity) -> Factors:
    """What opens an identity: the key file that was named, and a passphrase where that can do something.

    Raises what `read_passphrase` does, and `KeyFileRefused`.
    """
    named = current().options.key_file
    key_file = None if named is None else read_key_file(named)
    kinds = {slot.kind for slot in sealed.slots}
    takes_passphrase = PASSPHRASE in kinds or (key_file is not None and PASSPHRASE_AND_KEY_FILE in kinds)
    if not takes_passphrase or (key_file is not None and opens_alone(key_file, sealed.owner, sealed.slots)):
        return Factors(key_file=key_file)
    passphrase = read_passphrase(passphrase_sources(), lambda: current().prompts.passphrase(_("Passphrase: ")))
    return Factors(passphrase, key_file)


def unlock_closed(closed: Closed, *, use_session: bool = True) -> Unlocked:
    """The master key: from what was named for this run, else from the session, else from a command, or a person.

    A session is not for somebody who has an identity of another on a computer that has not seen the vault: `NotAMember`
    says so in the end.
    """
    sources = passphrase_sources()
    is_named = current().options.key_file is not None or sources.fd is not None or sources.file is not None
    sealed: SealedIdentity = closed.own or read_member_file(closed.store, closed.descriptor.id, closed.member)
    if use_session and not is_named and closed.stranger is None and (session := closed.session()):
        return Unlocked(sealed, session.master_key, by_passphrase=False)
    from ipvault.vault.unlocking import unlock

    factors = read_factors(sealed)
    with trying(closed):
        sealed, _slot, key = unlock(closed.store, closed.descriptor, closed.member, factors, closed.machine, closed.own)
    return Unlocked(sealed, key, by_passphrase=True)


@contextmanager
def trying(closed: Closed) -> Iterator[None]:
    """Have `WrongPassphrase` say on whom it was tried. Raises `NotAMember` for a stranger's instead."""
    try:
        yield
    except WrongPassphrase as error:
        if closed.stranger is None:
            who = closed.member[:16] if closed.own is None else f"{closed.own.card.details.name}, {closed.member[:16]}"
            text = _("it was tried on the identity {who}; if that is not you, name yours with --identity FILE")
            error.add_note(text.format(who=who))
            raise
        raise NotAMember(name=closed.stranger.card.details.name, path=str(own_path())) from None


def open_only(closed: Closed, unlocked: Unlocked, *, accept_rollback: bool = False) -> Vault:
    """The vault itself, followed to the journal's end; nothing is written to it."""
    output = current().output
    with output.progress(_("Reading the journal"), closed.store.size(JOURNAL), "bytes") as bar:
        return open_vault(
            closed.store,
            closed.descriptor,
            unlocked.sealed,
            unlocked.master_key,
            closed.machine,
            bar.advance,
            accept_rollback=accept_rollback,
        )


def open_unlocked(closed: Closed, unlocked: Unlocked) -> Vault:
    """The same for all that do not heal it: with a passphrase, the attempt is journalled, but not behind damage."""
    vault = open_only(closed, unlocked)
    if unlocked.by_passphrase:
        from ipvault.vault.transaction import journal_attempts
        from ipvault.vault.unread import check_unread

        check_unread(vault)
        journal_attempts(vault)
    return vault


def open_current() -> Vault:
    """The vault of this run, open."""
    closed = find_closed()
    return open_unlocked(closed, unlock_closed(closed))


def open_to_read() -> Vault:
    """The same for a command that only looks: the next need not read again what this one had to."""
    vault = open_current()
    vault.renew_snapshot()
    warn_of_closed_rooms(vault)
    return vault


def warn_of_closed_rooms(vault: Vault) -> None:
    """Say of which rooms not all is shown, and why."""
    for closed in closed_rooms(vault.catalog).values():
        current().output.warn(str(closed))


def warn_of_rooms_not_visible(vault: Vault) -> int:
    """Say that there are rooms of which this member cannot know what is in them; how many."""
    count = len(vault.catalog.locked_rooms())
    if count:
        text = ngettext(
            "{count} room is not visible to you: what is in it, or went on there since you left, is not counted here",
            "{count} rooms are not visible to you: what is in them, or went on there since you left, is not counted "
            "here",
            count,
        )
        current().output.warn(text.format(count=count))
    return count


def rooms_left(vault: Vault) -> dict[str, str]:
    """Id and name of the rooms that this member was in, and is not any more: the catalog shows them as they were."""
    known = rooms(vault.catalog)
    return {room.id: room.name for room in known if vault.catalog.role(vault.member, room.id) is None}


def tell_of_rooms_left(vault: Vault, shown: Iterable[str]) -> None:
    """Say which of the rooms (names) that something is shown of are not this member's any more."""
    names = sorted(set(rooms_left(vault).values()) & set(shown))
    if names:
        text = _(
            "you are not in these rooms any more: {rooms}; what is shown of them is how it was until they had a new "
            "key, and documents are not for you to open"
        )
        current().output.remark(text.format(rooms=", ".join(names)))


def member_name(vault: Vault, fingerprint: str) -> str:
    """What a member is called, with the beginning of the fingerprint where the name is not known."""
    row = vault.catalog.view.execute("SELECT name FROM member WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return str(row[0]) if row else fingerprint[:SHORT_ID]
