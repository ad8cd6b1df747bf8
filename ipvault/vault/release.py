"""The one way out: everything that leaves the vault in clear passes through here, and is in the journal before.

Content is checked as a whole first (unless the caller streams), then the record is committed, then the plaintext is
handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Version
from ipvault.crypto.one_time_mac import KEY_SIZE, OneTimeMac
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, FormatTooNew, StorageFailed, VaultError
from ipvault.journal.head import Head
from ipvault.records.access import ContentReleased
from ipvault.records.base import Record
from ipvault.records.vocabulary import CAT, PACKAGE
from ipvault.storage.layout import object_path
from ipvault.text import _, reason_of
from ipvault.vault.findings import Scan
from ipvault.vault.gate import BLOCKED, Decision, Request, Way, asked, examine, let_pass
from ipvault.vault.hashing import StreamHash
from ipvault.vault.marking import Marking, OutgoingCopy
from ipvault.vault.objects import ObjectReader
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Seen(NamedTuple):
    """What this process knows a content by that it has checked."""

    key: Secret
    tag: bytes


class Content(NamedTuple):
    """A version that may leave the vault, as the marked `copy` if there is one.

    One that was `seen` to be what was stored has only to be the same when it is read again.
    """

    vault: Vault
    item: Item
    version: Version
    copy: OutgoingCopy | None = None
    seen: Seen | None = None

    @property
    def size(self) -> int:
        """Bytes of what leaves."""
        return self.copy.size if self.copy else self.version.size

    @property
    def sha256(self) -> str:
        """The digest (hexadecimal) of what leaves."""
        return self.copy.sha256 if self.copy else self.version.sha256

    def blocks(self) -> Iterator[bytes]:
        """What leaves. Raises `Damaged` for what is not what was stored; without a mark, at the latest at the end."""
        if self.copy is None:
            yield from self._stored()
        else:
            yield self.copy.make(b"".join(self._stored()))

    def _stored(self) -> Iterator[bytes]:
        path = object_path(self.version.object)
        try:
            file = self.vault.store.open(path)
        except FileNotFoundError:
            raise Damaged(place=path, reason=_("it is missing")) from None
        with file:
            digest = OneTimeMac(self.seen.key) if self.seen else StreamHash()
            version, find, place = self.version, self.vault.keys.find_content, (self.item.room, self.version.epoch)
            reader = ObjectReader(file, version.object, version.size, self.vault.id, *place, find)
            try:
                for block in reader.blocks():
                    digest.update(block)
                    yield block
            except OSError as error:
                raise StorageFailed(path=path, reason=reason_of(error)) from error
            if not self._is_known(digest):
                raise Damaged(place=path, reason=_("it is not the content that was recorded"))

    def _is_known(self, digest: StreamHash | OneTimeMac) -> bool:
        if isinstance(digest, OneTimeMac):
            return self.seen is not None and digest.is_tag(self.seen.tag)
        return digest.hexdigest() == self.version.sha256

    def check(self, progress: Progress = unobserved) -> None:
        """Read it to the end without keeping anything."""
        for block in self.blocks():
            progress(len(block))

    def checked(self, progress: Progress) -> Content:
        """The same, read to its end, and to be read again: SHA-256 takes longer than all else, so once is enough."""
        key = Secret(self.vault.machine.random(KEY_SIZE))
        mac = OneTimeMac(key)
        for block in self.blocks():
            mac.update(block)
            progress(len(block))
        return self._replace(seen=Seen(key, mac.tag()))


class Gate(Protocol):
    """Who says what may leave."""

    def judge(self, request: Request, catalog: Catalog) -> Decision:
        """See `gate.Judge`."""

    def scan(self, content: Content, way: Way, progress: Progress) -> Scan | None:
        """What is found in a content that is to leave by a way; None, if nobody asks for that, and nothing was read.

        Raises what `Content.blocks` does.
        """

    def mark(self, content: Content, way: Way) -> Marking | None:
        """A marked copy of a content that is to leave by a way; None, if nobody asks for that, and nothing was read.

        Raises what `Content.blocks` does.
        """


def release(
    vault: Vault,
    wanted: Sequence[tuple[Item, Version]],
    way: Way,
    gate: Gate,
    *,
    unchecked: bool = False,
    left_out: Callable[[Content, VaultError], None] | None = None,
    destined: Callable[[Sequence[Content]], str] | None = None,
    also: Callable[[Callable[[Record, str], None]], None] | None = None,
    progress: Progress = unobserved,
) -> tuple[list[Content], Head]:
    """Have the gate let versions pass, check them, record that they leave, and hand them over.

    Whoever has no keys to the content is told so first. The gate judges twice: before anything is read, and under the
    lock by what is true then, and by what it found in the contents; that decision is recorded, but for members who only
    read. Raises `GateClosed`, or `ApprovalNeeded`.

    With `unchecked` the check is left to the reading, unless copies are to be marked. What is not whole ends the
    release, unless `left_out` is given: that is told, and the rest is released, if there is any. `destined` is told
    what is to leave and names the destination, in place of that of `way`; `also` is given a function that records what
    else is true with the release, each record in its room. `progress` is told the bytes checked.
    """
    for room in {item.room for item, _version in wanted}:
        if vault.catalog.role(vault.member, room) is None:  # what he remembers may be gone, which is no damage
            from ipvault.vault.denials import role_missing

            raise role_missing(vault.catalog, ContentReleased, room, vault.member)
        vault.keys.find_content(room, vault.catalog.epoch(room))
    first = examine(vault, wanted, way, gate.judge)[1]
    if any(verdict.outcome == BLOCKED for verdict in first.verdicts):  # who lacks an approval only is told the rest too
        let_pass(first)
    contents = [Content(vault, item, version) for item, version in wanted]
    scans: dict[str, Scan] = {}
    marks: dict[str, Marking] = {}

    def check(content: Content) -> Content:
        if (scan := gate.scan(content, way, progress)) is not None:
            scans[content.version.object] = scan
        if (marking := gate.mark(content, way)) is not None:
            marks[content.version.object] = marking
            return content._replace(copy=marking.copy)
        return content.checked(progress) if scan is None and not unchecked else content

    contents = _whole(contents, left_out, check)
    destination = destined(contents) if destined else way.destination
    with transaction(vault) as change:
        wanted = [(content.item, content.version) for content in contents]
        request = asked(vault, wanted, way, scans, marks)
        kept = gate.judge(request.without_names(), vault.catalog) if way.channel != CAT else None
        let_pass(gate.judge(request, vault.catalog))  # comes last, since a gate remembers it for people
        if kept is not None:
            for decided, room in kept.records(way.decision, request):
                change.record(decided, room)
        for content in contents:
            record = ContentReleased(
                item=content.item.id,
                version=content.version.number,
                sha256=content.version.sha256,
                channel=way.channel,
                destination=destination,
                decision=way.decision if way.channel != CAT else "",
            )
            change.record(record, content.item.room)
            if content.copy is not None:
                change.record(content.copy.record(destination if way.channel == PACKAGE else ""), content.item.room)
        if also is not None:
            also(change.record)
        head = change.commit()
    return contents, head


def _whole(
    contents: Sequence[Content],
    left_out: Callable[[Content, VaultError], None] | None,
    check: Callable[[Content], Content],
) -> list[Content]:
    """The contents that are as they were stored. If there is none, or without `left_out`, the first error is raised."""
    whole: list[Content] = []
    damaged: list[tuple[Content, VaultError]] = []
    for content in contents:
        try:
            whole.append(check(content))
        except (Damaged, FormatTooNew, StorageFailed) as error:
            damaged.append((content, _placed(error, content)))
            if left_out is None:
                break
    if damaged and (left_out is None or not whole):
        raise damaged[0][1] from None
    for content, problem in damaged:
        if left_out is not None:
            left_out(content, problem)
    return whole


def _placed(error: VaultError, content: Content) -> VaultError:
    """The same error; one about content says which document it is as well."""
    if type(error) is not Damaged:
        return error
    place = f"{content.item.name}@{content.version.number} ({error.fields['place']})"
    return Damaged(place=place, reason=error.fields["reason"])
