"""The page of a run: the cohort, and every patient."""
