"""`ipvault dlp scan`: what is in documents that should not go out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ipvault.catalog.address import find_version
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.waivers import Waiver, counting
from ipvault.cli.choices import Jsonl
from ipvault.cli.dlp_rendering import RulesFile, scan_json, show_scans, wanted_rules
from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.storing import pipe
from ipvault.errors import NoVaultChosen
from ipvault.governance.dlp.rules.rule import Rules
from ipvault.governance.dlp.scan import scan
from ipvault.governance.policy.current import current_policy
from ipvault.governance.policy.rules import rules_of
from ipvault.storage.blocks import blocks
from ipvault.text import _
from ipvault.vault.findings import Scan
from ipvault.vault.sources import Skipped, Unreadable, find_sources, open_source

if TYPE_CHECKING:
    from ipvault.governance.dlp.fingerprints import Fingerprints
    from ipvault.vault.vault import Vault


class _Vault(NamedTuple):
    """The vault, and what of it is recognised in documents."""

    vault: Vault
    known: Fingerprints


def scan_documents(
    names: Annotated[list[str], typer.Argument(metavar="FILE|-|ITEM", help=_("A file, else a document of the vault."))],
    rules: RulesFile = None,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help=_("All files in folders too."))] = False,
    no_vault: Annotated[bool, typer.Option("--no-vault", help=_("Search by rules only, without the vault."))] = False,
    jsonl: Jsonl = False,
) -> int:
    """Searches by rules: numbers of people and accounts, keys and passwords, and legends such as "attorney-client
    privileged"; and for files and passages of the vault's confidential and secret documents. What is found is shown
    with its place and blotted out. What cannot be read is said, and never counts as clean.

    The exit code is 17 where something was found that is not waived, else 3 where not all could be read.

    Text comes out of PDF, DOCX, XLSX, PPTX, OpenDocument, RTF, HTML, e-mail, ZIP and plain text, in memory.
    """
    output = current().output
    opened = None if no_vault else _opened(needed=not all(name == PIPE or os.path.lexists(name) for name in names))
    searched = wanted_rules(rules, rules_of(current_policy(opened.vault.catalog)) if opened else None)
    waived = _waived(opened.vault.catalog, names) if opened else {}
    scans = [one for name in names for one in _scanned(name, searched, opened, recursive=recursive)]
    rows = [scan_json(one, waived) for one in scans]
    head = opened.vault.catalog.head if opened else None
    output.result("dlp-scan", {"documents": rows, "compared": opened is not None}, journal=head)
    if jsonl:
        output.jsonl(rows)
    return show_scans(scans, waived, with_table=not jsonl)


def _waived(catalog: Catalog, names: Sequence[str]) -> dict[str, Waiver]:
    """The waivers that count for what is searched: a document has those of its room."""
    found: dict[str, Waiver] = {}
    for name in names:
        is_file = name == PIPE or os.path.lexists(name)
        found |= counting(catalog, None if is_file else find_version(catalog, name)[0].room)
    return found


def _opened(*, needed: bool) -> _Vault | None:
    """The vault, with its documents ready to be recognised; None if there is none and none is `needed`."""
    from ipvault.cli.recognising import recognised

    try:
        vault = open_to_read()
    except NoVaultChosen:
        if needed:
            raise
        current().output.remark(_("there is no vault here, so nothing is compared with its documents"))
        return None
    return _Vault(vault, recognised(vault))


def _scanned(name: str, rules: Rules, opened: _Vault | None, *, recursive: bool) -> Iterator[Scan]:
    if opened is None or name == PIPE or os.path.lexists(name):
        yield from scan_files(name, rules, opened.known if opened else None, recursive=recursive)
        return
    from ipvault.vault.release import Content

    item, version = find_version(opened.vault.catalog, name)
    content = Content(opened.vault, item, version)
    yield scan(content.blocks(), f"{item.name}@{version.number}", rules, opened.known.without(item.id))


def scan_files(
    name: str, rules: Rules, known: Fingerprints | None = None, *, recursive: bool = False
) -> Iterator[Scan]:
    """The scan of a file, or of a pipe (`-`); of a folder, those of all files in it."""
    if name == PIPE:
        waiting = pipe()
        yield scan(blocks(waiting.read), name, rules, known)
        return
    for source in find_sources([name], recursive=recursive):
        yield _unread(source) if isinstance(source, Skipped) else _of_file(source.path or name, rules, known)


def _of_file(path: str, rules: Rules, known: Fingerprints | None) -> Scan:
    try:
        with open_source(path) as file:
            return scan(blocks(file.read), path, rules, known)
    except Unreadable as error:
        return _unread(error.skipped)


def _unread(skipped: Skipped) -> Scan:
    return Scan(skipped.path, (), skipped.reason)
