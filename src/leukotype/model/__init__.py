"""Everything that was learned, as plain numbers: numpy and pandas alone."""
