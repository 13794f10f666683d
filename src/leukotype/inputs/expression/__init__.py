"""Expression of every kind that laboratories have, as blocks of samples x genes."""
