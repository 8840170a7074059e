"""`python -m spock_core` is `spock`."""

import sys

from spock_core.cli import main

sys.exit(main())
