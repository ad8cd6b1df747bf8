"""The directory that a vault lives in: atomic files, the lock, the journal file, objects."""
