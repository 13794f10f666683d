"""A run: what it is asked, what it gives, and how that is written to a folder and read again."""
