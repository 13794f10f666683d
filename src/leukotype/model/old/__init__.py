"""Readers of the schemas of bundles that were released: a bundle opens for ever.

Each reader turns the manifest of its schema into one as today's programs read it, and says of what it does
not know that it does not know it. A stored bundle of every schema is a test (tests/model/old).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from leukotype.model.old.schema3 import as_today

READERS: Final[Mapping[int, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {3: as_today}
