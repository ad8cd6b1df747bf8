"""Vault and Transaction: create, open, ingest, release, verify, repair."""
