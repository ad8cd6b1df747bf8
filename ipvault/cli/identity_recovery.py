"""`ipvault identity recovery`: shares on paper, for the day on which nothing else opens an identity."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from unicodedata import normalize

import typer

from ipvault.cli.invocation import current
from ipvault.cli.new_factors import NewPassphraseFd, NewPassphraseFile, new_passphrase
from ipvault.cli.own_identity import own_identity
from ipvault.cli.recovery_sheet import Sheet, read_words
from ipvault.errors import ForeignShares, SharesRefused, UsageError
from ipvault.keys.card import is_detail
from ipvault.keys.passphrase import PassphraseSources
from ipvault.keys.slot_tables import MAX_SHARES
from ipvault.keys.unlock_slots import PASSPHRASE, RECOVERY, STRETCHED, Factors, ShareSet, UnlockSlot
from ipvault.records.recovery import RecoverySplit, RecoveryUsed
from ipvault.storage.destination import Destination
from ipvault.text import _, ngettext, program
from ipvault.vault.clock import timestamp

if TYPE_CHECKING:
    from ipvault.keys.recovery import Shares

_ATTEMPTS: Final = 4
"""How often the words of one share may be typed."""


def recovery_split(
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help=_("Where the sheets are written."))],
    threshold: Annotated[int, typer.Option(min=1, max=MAX_SHARES, help=_("How many shares open the identity."))] = 2,
    count: Annotated[int, typer.Option("--shares", min=1, max=MAX_SHARES, help=_("How many shares there are."))] = 3,
    custodians: Annotated[
        list[str] | None, typer.Option("--custodian", metavar="NAME", help=_("Who gets a share; once for each."))
    ] = None,
) -> None:
    """Each sheet is for one custodian: print it, hand it over, and delete the file. Fewer than needed tell nothing.

    What is split is not your keys but a way to open them: `identity slot remove` revokes the shares.
    """
    output = current().output
    names = [normalize("NFC", name.strip()) for name in custodians or []]
    _check_numbers(threshold, count, names)
    from ipvault.keys.recovery import split

    own = own_identity()
    opened = own.open()
    card, made = own.card(), timestamp(time.time())
    secret, identifier, shares = split(threshold, count, os.urandom)
    sheets = [
        Sheet(
            number=number,
            total=count,
            threshold=threshold,
            custodian=names[number - 1] if names else "",
            identity=card.details.name,
            fingerprint=card.fingerprint,
            identifier=identifier,
            created=made,
            words=words,
        )
        for number, words in enumerate(shares, 1)
    ]
    share_set = ShareSet(identifier, threshold, tuple(names) if own.keeps_custodians else ())
    slot = UnlockSlot.create(
        RECOVERY, Factors(recovery=secret), own.sealed.owner, opened.master_key, made, os.urandom, share_set
    )
    changed = own.sealed.with_slot(slot)
    with Destination(folder, None) as destination:  # before the slot: shares that open nothing yet do no harm
        for sheet in sheets:
            with destination.file(sheet.file_name, replace=False) as out:
                out.write(sheet.text().encode())
        destination.finish()
    noted = RecoverySplit(slot=slot.id, threshold=threshold, shares=count, custodians=tuple(names))
    head = own.save(changed.slots, noted)
    files = [str(folder / sheet.file_name) for sheet in sheets]
    data = {"slot": slot.id, "set": identifier, "threshold": threshold, "files": files}
    output.result("identity-recovery-split", data, journal=head)
    text = _("Wrote {count} sheets to {folder}. Print them, hand them over, and delete the files.")
    output.say(text.format(count=count, folder=folder))
    output.say(_("To revoke them: {ipvault} identity slot remove {id}").format(ipvault=program(), id=slot.id))


def recovery_combine(
    sheets: Annotated[
        list[Path] | None, typer.Argument(metavar="SHEET", help=_("Files with shares; without any, they are typed."))
    ] = None,
    new_passphrase_fd: NewPassphraseFd = None,
    new_passphrase_file: NewPassphraseFile = None,
) -> None:
    """Then you choose a new passphrase, which replaces those that there were. Key files that open alone stay.

    Whoever was present has seen the shares together: split anew afterwards, and remove their slot.
    """
    from ipvault.keys.recovery import Shares

    output = current().output
    own = own_identity()
    shares = Shares()
    for sheet in sheets or []:
        shares.add(read_words(sheet), str(sheet))
    number = 0
    while not sheets and shares.missing > 0:
        number += 1
        _type_share(shares, number)
        _slot_of(own.sealed.slots, shares)  # before anybody types the others for nothing
    split_slot = _slot_of(own.sealed.slots, shares)
    opened = own.open(Factors(recovery=shares.combine()))
    chosen = new_passphrase(PassphraseSources(new_passphrase_fd, new_passphrase_file))
    made = timestamp(time.time())
    slot = UnlockSlot.create(PASSPHRASE, Factors(chosen), own.sealed.owner, opened.master_key, made, os.urandom)
    kept = (other for other in own.sealed.slots if other.kind not in STRETCHED)
    used = RecoveryUsed(slot=split_slot.id)
    head = own.save((*kept, slot), used)
    data = {"fingerprint": own.sealed.fingerprint, "slot": slot.id}
    output.result("identity-recovery-combine", data, journal=head)
    output.say(_("The identity is recovered: the new passphrase opens it, and earlier ones do so no more."))
    output.warn(_("the shares were brought together: make new ones, and remove the slot of these"))


def _slot_of(slots: Iterable[UnlockSlot], shares: Shares) -> UnlockSlot:
    """The slot that these shares open. Raises `ForeignShares`."""
    found = [slot for slot in slots if slot.shares and slot.shares.identifier == shares.identifier]
    if not found:
        raise ForeignShares
    return found[0]


def _type_share(shares: Shares, number: int) -> None:
    """Have the words of one more share typed: those of a share before it are not asked for again because of a slip.

    Raises `SharesNotTyped`, and `SharesRefused` for the last of a few attempts.
    """
    invocation = current()
    source = _("share {number}").format(number=number)
    for left in reversed(range(_ATTEMPTS)):
        words = invocation.prompts.words(_("Words of share {number}: ").format(number=number))
        try:
            if shares.add(words, source):
                return
            slip = _("you typed that share already: now type another one")
        except SharesRefused as refusal:
            if not left:
                raise
            slip = _("{problem}: type that share again").format(**refusal.fields)
        invocation.output.say(slip, even_quietly=True)
    raise SharesRefused(problem=_("the same share was typed again and again, and another one is needed"))


def _check_numbers(threshold: int, count: int, custodians: list[str]) -> None:
    """Raises `UsageError`."""
    if threshold > count:
        raise UsageError(problem=_("more shares are needed than there are: lower --threshold or raise --shares"))
    if threshold == 1 and count > 1:
        raise UsageError(problem=_("with --threshold 1 each custodian alone could open it: make it 2, or --shares 1"))
    if custodians and len(custodians) != count:
        text = ngettext(
            "{count} custodian is named, and there are {shares} shares",
            "{count} custodians are named, and there are {shares} shares",
            len(custodians),
        )
        raise UsageError(problem=text.format(count=len(custodians), shares=count))
    if not all(name and is_detail(name) for name in custodians):
        raise UsageError(problem=_("the name of a custodian is one line of text"))
