"""The digest: what a head of legal operations reads on a Monday."""
