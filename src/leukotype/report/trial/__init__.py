"""The figures and the page of a trial."""
