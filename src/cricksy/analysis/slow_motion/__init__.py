"""How far a film is slowed: what the coach or the file says, and what the body shows where neither does."""
