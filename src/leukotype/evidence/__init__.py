"""What a lesion says of a subtype, and what was found in a sample."""
