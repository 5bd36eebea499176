"""``python -m depaudit``: the same command line as the ``depaudit`` script."""

import sys

from depaudit.frontends.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
