"""`ipvault report dossier`: all that is on record about an item, for people who do not have the vault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from ipvault.cli.choices import ItemAddress, moment
from ipvault.cli.evidence_bundle import Put, sink
from ipvault.cli.heads import tree_of, witnesses
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.errors import Conflict, UsageError
from ipvault.evidence.dossier.account import gather
from ipvault.evidence.dossier.dossier import Dossier, Evidence, make_dossier
from ipvault.evidence.dossier.page import page
from ipvault.evidence.dossier.proof import prove
from ipvault.storage.destination import recorded, write_file
from ipvault.text import _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.journal_query import known_item
from ipvault.vault.names import free_text

HTML: Final = ".html"
JSON: Final = ".json"
ZIP: Final = ".zip"

EVIDENCE: Final = "evidence"


def dossier(
    item: ItemAddress,
    destination: Annotated[
        str,
        typer.Option("-o", "--output", metavar="FILE", help=_("A new file that ends in .html, .json or .zip (both).")),
    ] = "",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE|7d",
            help=_("Only what was recorded by then; a date counts from its start."),
        ),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("What it is for: its reader sees it."))] = "",
    no_bundle: Annotated[
        bool, typer.Option("--no-bundle", help=_("Without the evidence that proves the records."))
    ] = False,
) -> None:
    """What it is, since when, its versions with their hashes, the measures that protect it, who could open it from when
    to when, what left the vault, shares and receipts, timestamps. Each fact names its records.

    An HTML file is one page to read and to print. Beside it, in a folder whose name ends in .evidence, comes what
    proves the records, which anybody can check without the vault; a ZIP file has all of it. The journal says that a
    dossier was made before it is written, and what you cannot read is said to be missing.
    """
    output = current().output
    path = Path(destination)
    form = path.suffix.lower()
    if form not in (HTML, JSON, ZIP):
        raise UsageError(problem=_("say where to: -o FILE.html, -o FILE.json, or -o FILE.zip for both in one"))
    beside = path.with_suffix(f".{EVIDENCE}")
    for place in (path,) if no_bundle or form == ZIP else (path, beside):
        if place.exists() or place.is_symlink():
            raise Conflict(problem=_("{path} is there already: choose another name").format(path=place))
    vault = open_current()
    id_, _name = known_item(vault, item)
    with output.progress(_("Reading the journal"), None, "items"):
        account = gather(vault, id_, _day(as_of, vault.machine.now()))
    why = free_text(reason)
    with _places(form, path, None if no_bundle else beside) as (put, put_evidence):
        made, records, head = make_dossier(account, destination=recorded(path), reason=why)
        if put_evidence:
            sums, head = prove(
                vault,
                [*records, made.record],
                lambda head: tree_of(vault.store, vault.id, head),
                put_evidence,
                trusted=witnesses().cards(),
                destination=recorded(path),
                reason=why,
            )
            made = made._replace(evidence=Evidence(f"{EVIDENCE if form == ZIP else beside.name}/", sums))
        for name, write in _FILES[form]:
            put(name or path.name, write(made).encode())
    data = {
        "path": destination,
        "item": id_,
        "as_of": made.as_of,
        "record": made.record,
        "records": records,
        "evidence": None if no_bundle else destination if form == ZIP else str(beside),
    }
    output.result("report-dossier", data, journal=head)
    text = ngettext(
        "Wrote the dossier to {path}; it rests on {count} record.",
        "Wrote the dossier to {path}; it rests on {count} records.",
        len(records),
    )
    output.say(text.format(path=destination, count=len(records)))
    if not no_bundle:
        where = f"{EVIDENCE}/" if form == ZIP else str(beside)
        output.say(_("What proves them is in {place}; its reader checks it with: sh verify.sh").format(place=where))
    if lacking := len(made.section("missing").facts):
        text = ngettext("{count} gap is listed at its end.", "{count} gaps are listed at its end.", lacking)
        output.say(text.format(count=lacking))


def _day(as_of: str | None, now: float) -> str:
    """By when, as records write it; empty for all that there is. Raises `UsageError`."""
    day = moment(as_of, now) if as_of else ""
    if day > timestamp(now):
        raise UsageError(problem=_("{text} is yet to come").format(text=as_of))
    return day


def _as_json(made: Dossier) -> str:
    return json.dumps(made.to_json(), indent=1) + "\n"


_FILES: Final[dict[str, tuple[tuple[str, Callable[[Dossier], str]], ...]]] = {
    HTML: (("", page),),
    JSON: (("", _as_json),),
    ZIP: (("dossier.html", page), ("dossier.json", _as_json)),
}
"""The files of each form, by their names in an archive, and what makes them."""


@contextmanager
def _places(form: str, path: Path, beside: Path | None) -> Iterator[tuple[Put, Put | None]]:
    """Where the dossier goes and, unless `beside` is None, where its evidence goes."""
    vault = current().vault_path()
    if form == ZIP:
        with sink(path, vault) as put:
            yield put, (lambda name, data: put(f"{EVIDENCE}/{name}", data)) if beside else None
        return
    with ExitStack() as open_places:
        put_evidence = open_places.enter_context(sink(beside, vault)) if beside else None
        out = open_places.enter_context(write_file(path, vault, replace=False))
        yield lambda _name, data: out.write(data), put_evidence
