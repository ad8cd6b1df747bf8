"""What others can check of a vault without trusting it: heads of its journal, proofs, witnesses."""
