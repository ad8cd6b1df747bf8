"""Sealed packages for people who do not have the vault, and the receipts that they send back."""
