"""Makes and measures the model that ships; imports leukotype, never the reverse."""
