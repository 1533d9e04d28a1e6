"""``python -m cricksy`` is ``cricksy``."""

from cricksy.cli import main

main()
