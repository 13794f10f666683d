"""From probabilities and evidence to one call a sample."""
