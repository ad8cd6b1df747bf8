"""Reviews of access: what everybody may is listed once, and somebody else says of each whether it stays."""
