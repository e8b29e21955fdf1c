"""`python -m backprop_tui.tui` runs the command."""

import sys

from .start import main

sys.exit(main())
