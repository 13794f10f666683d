"""SYNTHETIC patients and trials."""
