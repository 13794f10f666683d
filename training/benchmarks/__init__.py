"""What is timed and compared by hand."""
