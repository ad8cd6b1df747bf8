"""The records of a bundle as a page for people: it is checked by making it anew of nothing but the records."""

from __future__ import annotations

from ipvault.evidence.bundle.heads import FIELD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE = "records.html"

_BEGINNING = b"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Records of the vault %(vault)s</title>
<style>
body { font: 14px/1.4 sans-serif; margin: 2em }
table { border-collapse: collapse }
td, th { border: 1px solid #999; padding: .3em .6em; text-align: left; vertical-align: top }
td:last-child { overflow-wrap: anywhere }
b { color: #555; font-weight: normal }
</style>
<h1>Records of the vault %(vault)s</h1>
<p>Each row is a record. What it says is there as far as it is shown; README.txt tells how to check it, this page too.
<table>
<tr><th>Record<th>Time<th>Signed by<th>What<th>What it says
"""
_END = b"</table>\n"


class Row:
    """A record of the table; `fields` are the lines that a bundle has of it, None where it has none."""

    def __init__(self, seq: int, time: str, kind: str, signer: str, fields: list[bytes] | None) -> None:
        self.facts = [str(seq).encode(), time.encode(), signer[:16].encode()]
        self.what = kind.encode()
        self.fields = fields

    def html(self) -> bytes:
        what, told = self.what, b""
        lines = self.fields or []
        for match in (FIELD.fullmatch(line[2:]) for line in lines if line.startswith(b"+ ")):
            name, value = match.groups() if match else (b"", b"")
            if value.startswith(b'"'):
                value = value[1:-1]
            what = value if name == b'"kind"' else what
            told += b"<div><b>%b</b> <bdi>%b</bdi></div>" % (name[1:-1], _safe(value))
        withheld = sum(not line.startswith(b"+ ") for line in lines)
        if withheld or self.fields is None:
            told += b"<div><i>%b</i></div>" % (b"closed" if self.fields is None else b"withheld: %d" % withheld)
        return b"<tr><td>%b<td>%b\n" % (b"<td>".join(map(_safe, [*self.facts, what])), told)


def table(vault: str, rows: Iterable[Row]) -> bytes:
    """The page. What people wrote stands in it as JSON has it, without the quotes of a text, and never acts."""
    return _BEGINNING % {b"vault": vault.encode()} + b"".join(row.html() for row in rows) + _END


def _safe(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
