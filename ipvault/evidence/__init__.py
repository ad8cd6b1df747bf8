"""What others can check without trusting ipvault: checkpoints, timestamps, bundles."""
