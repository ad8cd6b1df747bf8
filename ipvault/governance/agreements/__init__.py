"""What was agreed with people outside: kept with the signed document, read and written as TOML, and checked."""
