"""The errors that a caller can act on. Both subclass ``ValueError`` and carry one line of text."""


class InputError(ValueError):
    """A user's file or argument cannot be used: which one, where, what was expected, what to do."""


class ModelFileError(ValueError):
    """A model bundle is absent, altered, or of a version that this program does not read."""
