"""Under which conditions documents leave the vault, by their label: read, written and compared as TOML."""
