"""All families of records: one line each. Importing this module registers every kind."""

from __future__ import annotations

from ipvault.records import access, authentication, genesis, items, members, rooms, upkeep

FAMILIES = (genesis, members, rooms, items, access, authentication, upkeep)

SCHEMA = "".join(family.SCHEMA for family in FAMILIES)
