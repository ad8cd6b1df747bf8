"""The chain: leaf, sealed payload, commit, verification. A pure machine: no I/O, time and randomness are passed in."""
