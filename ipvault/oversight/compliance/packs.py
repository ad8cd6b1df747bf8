"""The frameworks that there are: those that come with ipvault, and those that this vault was given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.closeness import suggested
from ipvault.catalog.packs import imported_packs
from ipvault.errors import Conflict, FormatTooNew, NoSuchFramework, PackRefused
from ipvault.journal.head import Head
from ipvault.oversight.compliance.framework import Framework, Measure
from ipvault.oversight.compliance.reading import read_measures, read_pack
from ipvault.records.packs import PackImported
from ipvault.text import _, program
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

SHIPPED: Final = (
    *("iso27001-2022", "soc2-2017", "nist-800-53r5", "nist-csf-2", "gdpr", "ccpa", "hipaa-security", "nis2-art21"),
    *("cyber-essentials", "fedramp"),
)
"""The frameworks that come with ipvault; one that is like another comes after it."""

_FILES: Final = resources.files(__package__)


@cache
def measures(commands: frozenset[str]) -> Mapping[str, Measure]:
    """By their ids the measures that come with ipvault; `commands` are those of the program."""
    name = "measures.toml"
    return read_measures(_FILES.joinpath(name).read_bytes(), name, commands)


@cache
def shipped(commands: frozenset[str]) -> Mapping[str, Framework]:
    """By their ids the frameworks that come with ipvault."""
    found: dict[str, Framework] = {}
    for id_ in SHIPPED:
        data = _FILES.joinpath("packs", f"{id_}.toml").read_bytes()
        found[id_] = read_pack(data, id_, commands=commands, measures=measures(commands), packs=found)
    return found


def own_pack(data: bytes, place: str, commands: frozenset[str]) -> Framework:
    """A framework of somebody's own. Raises `PackRefused` also if it has the id of one that comes with ipvault."""
    packs = shipped(commands)
    found = read_pack(data, place, commands=commands, measures=measures(commands), packs=packs)
    if found.id in packs:
        raise PackRefused(place=place, reason=_("{name} is a framework that comes with ipvault").format(name=found.id))
    return found


def frameworks(catalog: Catalog | None, commands: frozenset[str]) -> dict[str, Framework]:
    """By their ids all that there are; of a vault's own those that this program cannot read are left out."""
    found = dict(shipped(commands))
    for pack in imported_packs(catalog) if catalog else ():
        try:
            found[pack.id] = own_pack(pack.content.encode(), pack.id, commands)
        except (FormatTooNew, PackRefused):
            continue
    return found


def find_framework(catalog: Catalog, name: str, commands: frozenset[str]) -> Framework:
    """The framework of that id. Raises `NoSuchFramework`, or `PackRefused` for one that cannot be read any more."""
    known = [pack.id for pack in imported_packs(catalog)]
    for pack in imported_packs(catalog):
        if pack.id == name:
            return own_pack(pack.content.encode(), name, commands)
    found = shipped(commands)
    if name not in found:
        there = _("`{ipvault} compliance frameworks` lists them").format(ipvault=program())
        raise NoSuchFramework(name=name, suggestion=suggested(name, [*found, *known]) or there)
    return found[name]


def import_pack(vault: Vault, data: bytes, place: str, commands: frozenset[str]) -> tuple[Framework, Head]:
    """Record a pack of the vault's own, in place of one of the same id.

    Raises `PackRefused`, `Conflict` for what is there already, and `Denied`.
    """
    pack = own_pack(data, place, commands)
    content = data.decode()
    with transaction(vault) as change:
        if any((one.id, one.content) == (pack.id, content) for one in imported_packs(vault.catalog)):
            raise Conflict(problem=_("the vault has exactly this pack already, so nothing was recorded"))
        record = PackImported(pack=pack.id, version=pack.version, content=content)
        change.record(record, root_room(vault.catalog).id)
        return pack, change.commit()
