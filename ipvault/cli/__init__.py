"""The command line: one module a command. Only here are typer, rich, prompts and the standard streams."""
