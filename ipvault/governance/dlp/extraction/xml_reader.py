"""XML out of documents: no document type, no entities but the five, and nothing that is nested without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from ipvault.governance.dlp.extraction.limits import CannotRead
from ipvault.text import _

MAX_NESTED: Final = 500
"""Elements one in another."""

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]

_BLOCK: Final = 64 * 1024


class XmlReader:
    """Reads one part: `start`, `end` and `text` are told what there is, with names that have lost their prefix."""

    def __init__(self, start: Start, end: End, text: Text) -> None:
        self._start = start
        self._end = end
        self._depth = 0
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = text

    def read(self, data: bytes) -> Iterator[None]:
        """Read all of it, a block at each step. Raises `CannotRead`."""
        for start in range(0, len(data), _BLOCK):
            self._parse(data[start : start + _BLOCK], final=False)
            yield
        self._parse(b"", final=True)
        yield

    def _parse(self, block: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(block, final)
        except (expat.ExpatError, ValueError) as error:
            raise CannotRead(_("a part of it is damaged")) from error

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_NESTED:
            raise CannotRead(_("a part of it is nested without end"))
        self._start(local(name), attributes)

    def _close(self, name: str) -> None:
        self._depth -= 1
        self._end(local(name))


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def _refuse(*_declaration: object) -> None:
    raise CannotRead(_("a part of it declares entities, as documents of Office never do"))
