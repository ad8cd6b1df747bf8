"""Governance: what is asked before anything goes out."""
