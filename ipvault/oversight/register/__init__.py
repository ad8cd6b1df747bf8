"""The register of trade secrets: entries with reasons, what protects them, and what is still missing."""
