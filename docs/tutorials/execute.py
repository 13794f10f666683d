"""Runs the notebooks of this folder, and writes what they print beside their cells.

``python docs/tutorials/execute.py`` runs all of them; ``tests/test_tutorials.py`` runs each and compares.
Figures are written as small PNG, and not compared.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

HERE: Final = Path(__file__).parent
_WIDTH: Final = ("display.width", 110, "display.max_columns", 12, "display.max_colwidth", 60)


def notebooks() -> list[Path]:
    """List the notebooks, by name."""
    return sorted(HERE.glob("*.ipynb"))


def run(path: Path, folder: Path) -> list[list[dict[str, Any]]]:
    """Run the cells of code of a notebook in a folder, in one namespace; give the outputs of each.

    Raises
    ------
    Exception
        What a cell raises.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    sources = ["".join(cell["source"]) for cell in _cells(json.loads(path.read_text(encoding="utf-8")))]
    with chdir(folder), pd.option_context(*_WIDTH):
        return [list(_outputs(source, names, number)) for number, source in enumerate(sources, start=1)]


def text_of(outputs: list[dict[str, Any]]) -> str:
    """Give what a reader sees as text: printed lines, and the value of the last line."""
    parts = (each.get("text") or each.get("data", {}).get("text/plain", []) for each in outputs)
    return "".join("".join(part) for part in parts)


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _outputs(source: str, names: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """Run one cell as a notebook does: the value of its last line is shown."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with redirect_stdout(printed), redirect_stderr(io.StringIO()):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)  # noqa: S102 - our own cells
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        yield {"output_type": "stream", "name": "stdout", "text": lines}
    if value is not None:
        told = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
        yield {**told, "data": _shown(value)}


def _shown(value: Any) -> dict[str, Any]:
    """Show a value as text; a figure also as a picture, and by its description."""
    if not hasattr(value, "_repr_png_"):
        return {"text/plain": repr(value).splitlines(keepends=True)}
    return {
        "image/png": base64.b64encode(value._repr_png_()).decode(),
        "text/plain": [f"<figure: {value.title}>"],
    }


def execute(path: Path) -> None:
    """Run a notebook, and write its outputs into it."""
    with TemporaryDirectory() as folder:
        outputs = run(path, Path(folder))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for number, (cell, said) in enumerate(zip(_cells(notebook), outputs, strict=True), start=1):
        cell |= {"execution_count": number, "outputs": said}
    path.write_text(f"{json.dumps(notebook, indent=1, ensure_ascii=False)}\n", encoding="utf-8")


if __name__ == "__main__":
    for each in [Path(name).resolve() for name in sys.argv[1:]] or notebooks():
        execute(each)
        sys.stdout.write(f"{each.name}: executed\n")
