"""Pure mathematics over landmark arrays: signals → events → metrics → findings → report."""
