"""`ipvault evidence bundle`: some records, some of their fields, and what proves them, for people without the vault."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ipvault.cli.heads import tree_of, witnesses
from ipvault.cli.invocation import current
from ipvault.cli.journal_selection import Items, Since, Until, query_of
from ipvault.cli.opening import open_current
from ipvault.errors import DestinationExists, NoSuchRecord, UsageError
from ipvault.evidence.bundle.disclosure import Disclosure, parse_rule, shown_fields
from ipvault.evidence.bundle.make import make_bundle
from ipvault.storage.destination import Destination, write_file
from ipvault.storage.outgoing import OutgoingFile
from ipvault.text import _, ngettext, program
from ipvault.vault.journal_query import read_about, read_journal
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

_RANGE: Final = re.compile("[0-9]{1,15}(-[0-9]{1,15})?")
_ARCHIVE: Final = re.compile(r"\.(tar|tgz|tbz2?|txz|gz|bz2|xz|zst|7z|rar)$", re.IGNORECASE)
_DEFLATED: Final = zipfile.ZIP_DEFLATED

MOST: Final = 100_000
"""Records of one bundle: three files each."""

Put = Callable[[str, bytes], None]

Withhold = Annotated[
    list[str] | None,
    typer.Option("--withhold", metavar="RULE", help=_("Records to keep closed, such as tag=privileged.")),
]
Basis = Annotated[
    str, typer.Option(metavar="TEXT", help=_("On which ground they are withheld, for the privilege log."))
]


def evidence_bundle(
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR|ZIP", help=_("A new folder, or a file that ends in .zip."))
    ] = "",
    items: Items = None,
    records: Annotated[
        list[str] | None, typer.Option("--record", metavar="N|N-M", help=_("This record, or these; may be repeated."))
    ] = None,
    since: Since = None,
    until: Until = None,
    reveal: Annotated[
        list[str] | None,
        typer.Option(
            "--reveal",
            metavar="FIELDS",
            help=_("Fields to show beside kind, item, version, size and sha256, such as name,label; or all."),
        ),
    ] = None,
    withhold: Withhold = None,
    basis: Basis = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("What the bundle is for: its reader sees it."))] = "",
) -> None:
    """Whoever gets it checks it with the scripts in it, without keys and without ipvault: that these records are in the
    journal, unaltered, who signed them, and that what is shown of them is what was written. What is not shown stays
    closed: names, notes and tags are, unless you reveal them.

    A rule goes by item, room, label, type, tag, kind or record. With a document goes what else tells of it: timestamps,
    packages, receipts, custody of the same content; --item takes that in, and a rule for the document closes it. The
    journal says what is shown before it is written.
    """
    invocation = current()
    output = invocation.output
    if not destination:
        raise UsageError(problem=_("say where to: -o DIR, or -o FILE.zip"))
    path = new_place(destination)
    vault = open_current()
    seqs = _chosen(vault, items, records, since, until)
    rules = tuple(parse_rule(vault.catalog, text) for text in withhold or ())
    disclosure = Disclosure(shown_fields(reveal or []), rules, free_text(basis))
    with sink(path, invocation.vault_path()) as put:
        bundle = make_bundle(
            vault,
            seqs,
            disclosure,
            lambda head: tree_of(vault.store, vault.id, head),
            put,
            trusted=witnesses().cards(),
            destination=str(path),
            reason=free_text(reason),
        )
    data = {"path": destination, "records": bundle.records, "withheld": bundle.withheld}
    output.result("evidence-bundle", data, journal=bundle.head)
    text = ngettext(
        "Wrote evidence of {count} record to {path}.", "Wrote evidence of {count} records to {path}.", len(seqs)
    )
    output.say(text.format(count=len(seqs), path=destination))
    if bundle.withheld:
        text = ngettext(
            "{count} of them is withheld; privilege-log.csv says so.",
            "{count} of them are withheld; privilege-log.csv says so.",
            len(bundle.withheld),
        )
        output.say(text.format(count=len(bundle.withheld)))
    if bundle.left_out:
        text = ngettext(
            "{count} timestamp is not in it, because it does not prove what it is kept for, or cannot be checked here: "
            "`{ipvault} timestamp verify` says why",
            "{count} timestamps are not in it, because they do not prove what they are kept for, or cannot be checked "
            "here: `{ipvault} timestamp verify` says why",
            len(bundle.left_out),
        )
        output.warn(text.format(count=len(bundle.left_out), ipvault=program()))
    output.say(how_to_check(path))


def new_place(destination: str) -> Path:
    """Where a bundle goes: a folder that is new or empty, or a new ZIP archive.

    A folder that is named like another archive would be taken for one. Raises `UsageError`, or `DestinationExists`.
    """
    if _ARCHIVE.search(destination):
        problem = _("a bundle is a folder, or an archive that ends in .zip; {path} would be neither")
        raise UsageError(problem=problem.format(path=destination))
    path = Path(destination)
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise DestinationExists(path=path)
    return path


def _chosen(
    vault: Vault, items: list[str] | None, records: list[str] | None, since: str | None, until: str | None
) -> list[int]:
    """The numbers of the records that are asked for.

    Raises `UsageError` if there are none, or too many, and `NoSuchRecord`.
    """
    seqs = {seq for text in records or () for seq in _range(text, vault.catalog.head.seq)}
    if items or since or until or not records:
        query = query_of(vault, since, until, items, None, None)
        read = read_about if items else read_journal
        seqs |= {row.leaf.seq for row in read(vault, query)}
    if not seqs:
        raise UsageError(problem=_("no record is about what you asked for, so there is nothing to show"))
    if len(seqs) > MOST:
        problem = _("{count} records are too many for a bundle, which takes {most}: choose by --item or --record")
        raise UsageError(problem=problem.format(count=len(seqs), most=MOST))
    return sorted(seqs)


def _range(text: str, last: int) -> range:
    if not _RANGE.fullmatch(text):
        raise UsageError(problem=_("{text} is no record: give its number, or two with a dash").format(text=text))
    first, _dash, end = text.partition("-")
    if end and int(end) < int(first):
        problem = _("{text} ends before it begins: write {end}-{first}")
        raise UsageError(problem=problem.format(text=text, end=end, first=first))
    if int(first) > last:
        raise NoSuchRecord(seq=int(first), last=last)
    return range(int(first), min(int(end or first), last) + 1)


def is_archive(path: Path) -> bool:
    """Whether a bundle that goes there is a ZIP archive, and not a folder."""
    return path.suffix.lower() == ".zip"


def how_to_check(path: Path) -> str:
    """What its reader does with a bundle, for whoever hands it over."""
    if is_archive(path):
        return _("Its reader unpacks it into a folder, and checks it there with: sh verify.sh")
    return _("Its reader checks it with: sh verify.sh")


class _Sink(io.RawIOBase):
    """A file on its way out, as `zipfile` wants one."""

    def __init__(self, out: OutgoingFile) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._out.write(data)
        return len(data)


@contextmanager
def sink(path: Path, vault: Path) -> Iterator[Put]:
    """Where files go: a folder, or a ZIP archive."""
    if is_archive(path):
        with write_file(path, vault, replace=False) as out, zipfile.ZipFile(_Sink(out), "w", _DEFLATED) as archive:
            yield archive.writestr
        return
    with Destination(path, vault) as folder:

        def put(name: str, data: bytes) -> None:
            with folder.file(name, replace=False) as out:
                out.write(data)

        yield put
        folder.finish()
