"""The vocabulary of facts: one small frozen dataclass each, by family, with its projection into the catalog."""
