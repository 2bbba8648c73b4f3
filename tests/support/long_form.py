"""How many times as much the tests do in the long form, which ``make chaos`` asks for."""

import os

SCALE = int(os.environ.get("CHAOS_SCALE", "1"))
