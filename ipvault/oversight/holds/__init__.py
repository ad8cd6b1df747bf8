"""Legal holds: placing and releasing them, the letters to their custodians, and who has acknowledged."""
