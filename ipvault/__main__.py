"""Where the program begins, as `python -m ipvault` and as the `ipvault` script."""

import os
import signal
from typing import NoReturn

from ipvault.exit_codes import ExitCode


def main() -> NoReturn:
    """Run the command line. Ctrl-C ends it without a word for as long as the rest of the program is not there yet."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(ExitCode.INTERRUPTED))
    from ipvault.cli.main import main as run_to_the_end

    run_to_the_end()


if __name__ == "__main__":
    main()
