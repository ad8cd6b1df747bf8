"""ZIP: what is packed, one file after the other, by whoever reads it; documents of Office and OpenDocument are such.

Nothing is unpacked to a disk, and nothing is believed that the archive says of sizes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from ipvault.governance.dlp.extraction.extract import extract_file
from ipvault.governance.dlp.extraction.limits import MAX_PART, MAX_PARTS, MIB, Budget, CannotRead, TooMuch
from ipvault.governance.dlp.extraction.passage import Passage, inside
from ipvault.governance.dlp.extraction.plain import tidy
from ipvault.text import _

DAMAGES: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError)
"""What the standard library raises for an archive that is none."""

_METHODS: Final = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_ENCRYPTED: Final = 1
_SAYS_UTF8: Final = 0x800
_BLOCK: Final = 256 * 1024


def read_archive(data: bytes, place: str, budget: Budget) -> Iterator[Passage]:
    """The text of all that is in it. Raises `CannotRead`, and `TooMuch`."""
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise TooMuch(_("it has more than {count} files in it").format(count=MAX_PARTS))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGES as error:
        raise CannotRead(_("it is a damaged archive")) from error
    with archive:
        names = {info.filename for info in archive.infolist()}
        if "[Content_Types].xml" in names:
            from ipvault.governance.dlp.extraction.office import read_office

            yield from read_office(Members(archive, place, budget), place, budget)
        elif "mimetype" in names and "content.xml" in names:
            from ipvault.governance.dlp.extraction.office import read_open_document

            yield from read_open_document(Members(archive, place, budget), place, budget)
        else:
            members = Members(archive, place, budget)
            comments = [archive.comment, *(info.comment for info in archive.infolist())]
            said = [*members.names, *(comment.decode("utf-8", "replace") for comment in comments)]
            yield Passage(tidy("\n".join(filter(None, said))), inside(place, _("names and comments of its files")))
            for name in members.names:
                yield from members.extract(name)


class Members:
    """The files of an archive, each read at most once."""

    def __init__(self, archive: zipfile.ZipFile, place: str, budget: Budget) -> None:
        self._archive = archive
        self._place = place
        self._budget = budget
        self._infos: dict[str, list[zipfile.ZipInfo]] = {}
        for info in archive.infolist():
            if not info.is_dir():
                self._infos.setdefault(_name(info), []).append(info)

    @property
    def names(self) -> list[str]:
        """What they are called, in the order of the archive; a name may be there twice."""
        return list(self._infos)

    def extract(self, name: str) -> Iterator[Passage]:
        """The text of all files of a name, each as a document of its own."""
        place = inside(self._place, _("file {name}").format(name=name))
        for data in self.read(name, place):
            yield from extract_file(data, name, place, self._budget)

    def read(self, name: str, place: str) -> Iterator[bytes]:
        """The content of all files of a name. What cannot be had is noted. Raises `TooMuch`."""
        for info in self._infos.get(name, ()):
            try:
                yield self._content(info)
            except TooMuch:
                raise
            except CannotRead as problem:
                self._budget.note(place, str(problem))

    def _content(self, info: zipfile.ZipInfo) -> bytes:
        self._budget.part()
        if info.flag_bits & _ENCRYPTED:
            raise CannotRead(_("it has a password"))
        if info.compress_type not in _METHODS:
            raise CannotRead(_("it is packed in a way that ipvault does not read"))
        pieces = []
        left = MAX_PART
        try:
            with self._archive.open(info) as file:
                while block := file.read(_BLOCK):
                    self._budget.unpack(len(block))
                    left -= len(block)
                    if left < 0:
                        raise TooMuch(_("it has a file of more than {count} MiB in it").format(count=MAX_PART // MIB))
                    pieces.append(block)
        except (*DAMAGES, RuntimeError) as error:
            raise CannotRead(_("it is damaged")) from error
        return b"".join(pieces)


def _name(info: zipfile.ZipInfo) -> str:
    """What a file is called: many programs write UTF-8 without saying so, where the format has code page 437."""
    if info.flag_bits & _SAYS_UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
