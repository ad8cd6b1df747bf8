"""The rows of the bench: each prepares what it needs, measures, and gives lines of the table."""
