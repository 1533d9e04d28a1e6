"""``cricksy check``: the operator's list of what must work, gone through by one command."""
