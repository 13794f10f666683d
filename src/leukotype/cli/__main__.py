"""``python -m leukotype.cli``: the program without its entry point."""

import sys

from leukotype.cli import main

sys.exit(main())
