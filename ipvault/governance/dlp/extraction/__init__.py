"""Text out of documents, in memory, and from nobody's hand taken for harmless."""
