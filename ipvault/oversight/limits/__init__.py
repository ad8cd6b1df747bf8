"""What ipvault claims, and what it does not: each control with its grades, and the tests that show them."""
