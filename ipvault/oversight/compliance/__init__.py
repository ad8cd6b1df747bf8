"""What the records of a vault show of the controls of standards and laws. It is evidence, not a certificate."""
