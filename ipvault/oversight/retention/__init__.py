"""Retention: what is kept for how long, what is due, destroying it, and certificates of that."""
