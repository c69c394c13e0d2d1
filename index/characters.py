"""What is no text: half a character, as Python reads bytes that are not UTF-8, and as JSON may hold
one. No model and no database takes it."""

import re

HALF = re.compile(r"[\ud800-\udfff]")
