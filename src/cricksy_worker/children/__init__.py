"""The analysis children, processes of their own: `pool` and `process` are the worker's side, `child` theirs."""
