"""How accurate the analysis is: one table of measured figures, what a constant scores, and what is required."""
