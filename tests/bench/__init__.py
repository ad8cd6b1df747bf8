"""How fast ipvault is, as ratios to real peers in one run: `python tests/bench/bench.py --help`."""
