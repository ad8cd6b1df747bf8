"""The packs that the vault was given, as the records have them."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class ImportedPack(NamedTuple):
    """A pack as record `seq` brought it; `content` is TOML."""

    id: str
    seq: int
    time: str
    signer: str
    content: str


def imported_packs(catalog: Catalog) -> list[ImportedPack]:
    """The last of each id, by their ids."""
    return [ImportedPack._make(row) for row in catalog.view.execute("SELECT * FROM pack ORDER BY pack")]
