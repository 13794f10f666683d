"""Fusions, copy number and mutations, as callers and clinics write them."""
