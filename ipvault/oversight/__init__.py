"""Looking after the vault and the machine that it is on."""
