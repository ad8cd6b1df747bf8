"""What could go wrong if an item is shared with somebody: questions, scores with reasons, and what to do about it."""
