"""Insight: rules that find in the journal what somebody should look at, and the digest of a week."""
