"""The only importer of `cryptography`: primitives with their parameters fixed. Knows nothing of vaults, does no I/O."""
