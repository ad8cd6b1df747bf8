"""What is shown to people who have neither the keys nor a reason to trust ipvault."""
