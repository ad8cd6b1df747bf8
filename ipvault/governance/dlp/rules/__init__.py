"""What is searched for: rules as their authors write them, and as the scanner uses them."""
