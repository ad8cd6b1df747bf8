"""ipvault: an encrypted vault for intellectual property."""

__version__ = "0.1.0"
