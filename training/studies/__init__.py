"""What goes wrong outside the model: studies that break inputs and machines on purpose."""
