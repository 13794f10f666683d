"""Pictures of the page: docs/service.md shows each that docs/pictures/take.py takes; no other is there."""

import ast
import re
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "pictures"


def taken():
    """Names of the pictures, and the width of each window, as the program that takes them has them."""
    tree = ast.parse((FOLDER / "take.py").read_text(encoding="utf-8"))
    told = {
        node.target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and node.target.id in ("VIEWS", "STEPS")
    }
    return {
        f"{step}-{view}.png": each["viewport"]["width"]
        for step in told["STEPS"]
        for view, each in told["VIEWS"].items()
    }


def test_every_picture_is_there_and_shown_with_what_it_shows_in_words():
    widths = taken()
    assert {path.name for path in FOLDER.glob("*.png")} == set(widths)
    shown = re.findall(
        r"!\[([^\]]+)\]\(pictures/([^)]+)\)", (DOCS / "service.md").read_text(encoding="utf-8")
    )
    assert sorted(name for _, name in shown) == sorted(widths)
    for name, width in widths.items():
        with Image.open(FOLDER / name) as picture:
            assert picture.width == width
