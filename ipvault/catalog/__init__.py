"""What the records add up to: an in-memory SQLite view, queries, and its encrypted snapshot."""
