"""``python -m cricksy_worker`` is ``cricksy-worker``."""

from cricksy_worker.main import main

main()
