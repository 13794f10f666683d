"""What the HTML pages share: their templates, and what stands on every one of them."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

RESEARCH_USE: Final = "Research use only."


def templates(package: str = "leukotype.report") -> Environment:
    """Give the templates of a package: text put into them is escaped, and nothing may be left undefined."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
