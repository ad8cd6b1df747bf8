"""Data protection: requests of data subjects with their clocks, what is answered, consents, and disclosures."""
