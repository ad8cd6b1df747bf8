"""`python -m ipvault`."""

from ipvault.cli.main import main

if __name__ == "__main__":
    main()
