"""``python -m leye``: the command line."""

import sys

from leye.doors.cli import main

if __name__ == "__main__":
    sys.exit(main())
