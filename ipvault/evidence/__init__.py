"""What others can check without trusting ipvault: timestamps."""
