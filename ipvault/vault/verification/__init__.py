"""Proving that nothing was touched: the whole chain, every commit's authority, every file, and the content itself."""
