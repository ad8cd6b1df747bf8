"""Evidence bundles: some records, some of their fields, and what proves them, for those who have no keys."""
