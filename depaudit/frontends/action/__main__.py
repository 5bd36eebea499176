"""``python -I -m depaudit.frontends.action``: what the last step of ``action.yml`` starts."""

import sys

from depaudit.frontends.action.job import main

if __name__ == "__main__":
    sys.exit(main())
