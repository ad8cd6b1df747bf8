"""Objects: the encrypted file of one version.

    magic (17) | room id (16) | epoch (u64 LE) | sealed DEK (104) | content message

The DEK is 32 random bytes, used for this one message, and sealed under the room's wrap key. The content message holds
content || zeros || length of the content (u64 LE), padded to a Padmé size, so that the true size does not show.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, NamedTuple, Protocol

from ipvault.crypto import aead
from ipvault.crypto.padme import padded_size
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, FormatTooNew
from ipvault.journal.leaf import FileChange
from ipvault.keys.room_key import RoomKey
from ipvault.storage.layout import object_path
from ipvault.text import _
from ipvault.vault.hashing import StreamHash

FORMAT: Final = 1
MAGIC: Final = b"ipvault object %d\n" % FORMAT
_NEWER_MAGIC: Final = re.compile(rb"ipvault object ([2-9]|[1-9][0-9]{1,8})\n")
DEK_SIZE: Final = 32
BLOCK: Final = 1024 * 1024
_PLACE: Final = struct.Struct("<16sQ")
_LENGTH: Final = struct.Struct("<Q")
_SEALED_DEK_SIZE: Final = aead.sealed_size(DEK_SIZE)
HEADER_SIZE: Final = len(MAGIC) + _PLACE.size + _SEALED_DEK_SIZE
_GATHERED: Final = 128 * 1024
_ZEROS: Final = bytes(BLOCK)

KeyFinder = Callable[[str, int], RoomKey | None]


def object_size(content_size: int) -> int:
    """The length in bytes of the object for content of that many bytes."""
    return HEADER_SIZE + aead.sealed_size(padded_size(content_size + _LENGTH.size))


class Sink(Protocol):
    """Where the bytes of an object go."""

    def write(self, data: bytes, /) -> object: ...


class ObjectWriter:
    """Encrypts one content into a sink, as a stream."""

    def __init__(self, out: Sink, object_id: str, key: RoomKey, random: Callable[[int], bytes]) -> None:
        self._out = out
        self._path = object_path(object_id)
        self._size = 0
        self._length = 0
        self._pending: list[bytes] = []
        self._pending_length = 0
        self._hash = StreamHash()
        dek = Secret(random(DEK_SIZE))
        place = _PLACE.pack(bytes.fromhex(key.room), key.epoch)
        sealed_dek = aead.seal(key.wrap_key, _dek_context(key, object_id), dek.reveal())
        self._put(MAGIC + place + sealed_dek)
        self._encryptor = aead.Encryptor(dek, _content_context(key.vault, object_id))

    def write(self, content: bytes | memoryview) -> None:
        self._size += len(content)
        self._put(self._encryptor.update(content))

    def finish(self) -> FileChange:
        """Pad and complete the object; what the journal has to say about its file."""
        padding = padded_size(self._size + _LENGTH.size) - self._size - _LENGTH.size
        for start in range(0, padding, BLOCK):
            self._put(self._encryptor.update(_ZEROS[: min(BLOCK, padding - start)]))
        self._put(self._encryptor.update(_LENGTH.pack(self._size)) + self._encryptor.finish())
        self._flush()
        return FileChange(True, self._path, self._length, self._hash.hexdigest())

    def _put(self, data: bytes) -> None:
        """Small pieces are gathered: a small object is written with one call."""
        self._pending.append(data)
        self._pending_length += len(data)
        if self._pending_length >= _GATHERED:
            self._flush()

    def _flush(self) -> None:
        data = self._pending[0] if len(self._pending) == 1 else b"".join(self._pending)
        self._pending, self._pending_length = [], 0
        self._hash.update(data)
        self._length += len(data)
        self._out.write(data)


class ObjectReader(NamedTuple):
    """Decrypts one object of a room and epoch, of `size` bytes of content.

    All its methods raise `Damaged` naming the object. One under an older key than its record says is refused, although
    this member has that key too, since whoever left the room has it as well.
    """

    file: BinaryIO
    object_id: str
    size: int
    vault: str
    room: str
    epoch: int
    find_key: KeyFinder

    def blocks(self) -> Iterator[bytes]:
        """The content in blocks, each authentic as it comes; that nothing is missing shows when the iteration ends."""
        remaining, padding = self.size, b""
        for plaintext in self._plaintext():
            content = plaintext[:remaining]
            remaining -= len(content)
            padding = self._check_padding(padding + plaintext[len(content) :])
            if content:
                yield content
        if remaining or padding != _LENGTH.pack(self.size):
            raise self._damaged(_("its content does not have the size that was recorded"))

    def _plaintext(self) -> Iterator[bytes]:
        self.file.seek(0)
        decryptor = self._open_header(self.file.read(HEADER_SIZE))
        while block := self.file.read(BLOCK):
            yield self._authentic(decryptor.update, block)
        yield self._authentic(lambda _nothing: decryptor.finish(), b"")

    def _open_header(self, header: bytes) -> aead.Decryptor:
        if not header.startswith(MAGIC):
            if newer := _NEWER_MAGIC.match(header):
                raise FormatTooNew(place=object_path(self.object_id), found=int(newer[1]), supported=FORMAT)
            raise self._damaged(_("it does not begin as an object does"))
        if len(header) < HEADER_SIZE:
            raise self._damaged(_("it is cut short"))
        room, epoch = _PLACE.unpack_from(header, len(MAGIC))
        is_of_room = room.hex() == self.room
        if is_of_room and epoch != self.epoch:
            raise self._damaged(_("it is not under the key of its room that its record says"))
        key = self.find_key(self.room, epoch) if is_of_room else None
        if key is None:
            raise self._damaged(_("no key of its room opens it"))
        sealed_dek = header[len(MAGIC) + _PLACE.size :]
        context = _dek_context(key, self.object_id)
        dek = self._authentic(lambda sealed: aead.unseal(key.wrap_key, context, sealed), sealed_dek)
        return aead.Decryptor(Secret(dek), _content_context(self.vault, self.object_id))

    def _authentic(self, operation: Callable[[bytes], bytes], data: bytes) -> bytes:
        try:
            return operation(data)
        except aead.AuthenticationFailed:
            raise self._damaged(_("its content is not what was stored")) from None

    def _check_padding(self, padding: bytes) -> bytes:
        """Everything but the last 8 bytes must be zeros; those are returned."""
        if padding[: -_LENGTH.size].strip(b"\x00"):
            raise self._damaged(_("its padding is not empty"))
        return padding[-_LENGTH.size :]

    def _damaged(self, reason: str) -> Damaged:
        return Damaged(place=object_path(self.object_id), reason=reason)


def _dek_context(key: RoomKey, object_id: str) -> bytes:
    return pae("dek", key.vault, key.room, key.epoch, object_id)


def _content_context(vault: str, object_id: str) -> bytes:
    return pae("content", vault, object_id)
