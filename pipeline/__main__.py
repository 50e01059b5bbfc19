"""``python -m pipeline`` and the ``orderlift`` command."""

import sys

from pipeline.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
