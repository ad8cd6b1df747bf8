"""The gate: one pure function from a request and the records to a decision, and what people do about it."""
