"""`ipvault report dossier`: all that is on record about an item, for people who do not have the vault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from ipvault.catalog.catalog import Catalog
from ipvault.cli.choices import ItemAddress, by_then
from ipvault.cli.evidence_bundle import Basis, Put, Withhold, sink
from ipvault.cli.heads import tree_of, witnesses
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.errors import Conflict, PolicyRefused, UsageError
from ipvault.evidence.bundle.disclosure import Disclosure, parse_rule
from ipvault.evidence.dossier import EVIDENCE
from ipvault.evidence.dossier.account import gather
from ipvault.evidence.dossier.closed import shown_in_dossier
from ipvault.evidence.dossier.dossier import Dossier, make_dossier
from ipvault.evidence.dossier.page import page
from ipvault.evidence.dossier.proof import prove
from ipvault.governance.policy.current import current_policy
from ipvault.governance.risk.method import method_digest
from ipvault.storage.destination import recorded, write_file
from ipvault.text import _, ngettext
from ipvault.vault.journal_query import known_item
from ipvault.vault.names import free_text

HTML: Final = ".html"
JSON: Final = ".json"
ZIP: Final = ".zip"


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
            help=_("Only what was recorded by then; a date counts to its end."),
        ),
    ] = None,
    reveal: Annotated[
        list[str] | None,
        typer.Option(
            "--reveal",
            metavar="FIELDS",
            help=_("Fields to show besides: note, tags, reason, purpose, destination, source; or all."),
        ),
    ] = None,
    withhold: Withhold = None,
    basis: Basis = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("What it is for: its reader sees it."))] = "",
    no_bundle: Annotated[
        bool, typer.Option("--no-bundle", help=_("Without the evidence that proves the records."))
    ] = False,
) -> None:
    """What it is, since when, its versions with their hashes, the measures that protect it, who could open it from when
    to when, agreements that cover it, risks that were assessed, what left the vault, shares and receipts, timestamps.
    Each fact names its records.

    An HTML file is one page to read and to print. Beside it, in a folder whose name ends in .evidence, comes what
    proves the records and the page itself, which anybody can check without the vault; a ZIP file has all of it. The
    journal says that a dossier was made before it is written, and what you cannot read is said to be missing.

    Notes, tags, reasons, purposes and the places that something was written to stay closed unless you reveal them. What
    to withhold goes by item, room, label, type, tag, kind or record, as for `evidence bundle`.
    """
    output = current().output
    path = Path(destination)
    form = path.suffix.lower()
    if form not in (HTML, JSON, ZIP):
        raise UsageError(problem=_("say where to: -o FILE.html, -o FILE.json, or -o FILE.zip for both in one"))
    if not path.name.isprintable() or "\\" in path.name:
        raise UsageError(problem=_("choose a name for the file that can be written on one line, without backslashes"))
    beside = path.with_suffix(f".{EVIDENCE}")
    for place in (path,) if no_bundle or form == ZIP else (path, beside):
        if place.exists() or place.is_symlink():
            raise Conflict(problem=_("{path} is there already: choose another name").format(path=place))
    vault = open_current()
    id_, _name = known_item(vault, item)
    rules = tuple(parse_rule(vault.catalog, text) for text in withhold or ())
    disclosure = Disclosure(shown_in_dossier(reveal or ()), rules, free_text(basis))
    with output.progress(_("Reading the journal"), None, "items"):
        then = by_then(as_of, vault.machine.now()) if as_of else ""
        account = gather(vault, id_, then, disclosure, method_in=_method)
    folder = "" if no_bundle else f"{EVIDENCE if form == ZIP else beside.name}/"
    with _places(form, path, None if no_bundle else beside) as (put, put_evidence):
        made, head = make_dossier(account, destination=recorded(path), reason=free_text(reason), evidence=folder)
        files = {name or path.name: write(made).encode() for name, write in _FILES[form]}
        if put_evidence:
            bundle = prove(
                account,
                made,
                files,
                lambda head: tree_of(vault.store, vault.id, head),
                put_evidence,
                trusted=witnesses().cards(),
                destination=recorded(path),
            )
            head = bundle.head
        for name, content in files.items():
            put(name, content)
    data = {
        "path": destination,
        "item": id_,
        "as_of": made.as_of,
        "record": made.record,
        "records": made.records,
        "withheld": sorted(seq for seqs in account.withheld.values() for seq in seqs),
        "evidence": None if no_bundle else destination if form == ZIP else str(beside),
    }
    output.result("report-dossier", data, journal=head)
    text = ngettext(
        "Wrote the dossier to {path}; it rests on {count} record.",
        "Wrote the dossier to {path}; it rests on {count} records.",
        len(made.records),
    )
    output.say(text.format(path=destination, count=len(made.records)))
    for rule in rules:
        if rule.text not in account.withheld:
            output.warn(_("{rule} withheld nothing: no record of the dossier is such").format(rule=rule.text))
    if not no_bundle:
        where, text = str(beside), _("What proves them is in {place}; its reader checks it with: sh verify.sh")
        if form == ZIP:
            where = f"{EVIDENCE}/"
            text = _(
                "What proves them is in {place} of it; its reader unpacks it, and checks it there with: sh verify.sh"
            )
        output.say(text.format(place=where))
    if lacking := len(made.section("missing").facts):
        text = ngettext("{count} gap is listed at its end.", "{count} gaps are listed at its end.", lacking)
        output.say(text.format(count=lacking))


def _method(catalog: Catalog) -> str:
    """The digest of the weights by which risks are assessed; empty where this program cannot read the policy."""
    try:
        return method_digest(current_policy(catalog).risk)
    except PolicyRefused:
        return ""


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
