"""Text in tables that people open with a spreadsheet."""


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet does not run (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
