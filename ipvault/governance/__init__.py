"""What is asked before intellectual property goes to somebody: what is in it, who may have it, and on which terms."""
