"""Results: their schema, what made them, and the way from older schemas to the present one."""
