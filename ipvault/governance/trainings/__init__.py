"""Texts that people have to have accepted before documents are shared."""
