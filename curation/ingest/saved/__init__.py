"""Saved HTML pages: their visible lines with hints for the cleaning, and what their heads state."""
