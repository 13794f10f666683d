"""Delimited text and TOML: read in one place each, refused in one line."""
