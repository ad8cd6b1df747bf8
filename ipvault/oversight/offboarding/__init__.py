"""Leavers: everything that they may ends in one transaction, and papers say what they still have."""
