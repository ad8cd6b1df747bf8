"""Dossiers: everything that the records say of one item, for the day of a dispute."""
