"""What the HTML pages share: their templates, and what stands on every one of them."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from leukotype.errors import count_of

RESEARCH_USE: Final = "Research use only."


def templates(package: str = "leukotype.report") -> Environment:
    """Give the templates of a package: text put into them is escaped, and nothing may be left undefined."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count_of"] = count_of
    return environment


def css_text(text: str) -> Markup:
    r"""Write a text as a string of CSS that nothing in it can end: every mark stands as its number.

    Examples
    --------
    >>> print(css_text('P"1</style>'))
    "P\22 1\3c \2f style\3e "
    """
    kept = (letter if letter.isalnum() and letter.isascii() else f"\\{ord(letter):x} " for letter in text)
    return Markup(f'"{"".join(kept)}"')  # noqa: S704 - letters, numbers and backslashes
