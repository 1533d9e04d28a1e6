"""The analysis children, processes of their own: the worker's side of them, their side, and what passes between."""
