"""What is in a file: its text, searched by rules and for passages of the vault's own documents."""
