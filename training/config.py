"""The configuration file and the arguments that every program of this folder takes."""

from __future__ import annotations

import argparse
import os
import tomllib
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).with_name("config.toml")


def options(prog: str, description: str, arguments: list[str] | None) -> tuple[Path, dict[str, Any], Path]:
    """Read ``--data``, ``--config`` and ``--out``.

    Returns
    -------
    The data folder, the configuration, the folder of the bundle.
    """
    parser = argparse.ArgumentParser(
        prog=prog, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("LEUKOTYPE_DATA"),
        help="folder laid out as training/README.md says (default: $LEUKOTYPE_DATA)",
    )  # fmt: skip
    parser.add_argument("--config", type=Path, default=DEFAULT, help="default: training/config.toml")
    parser.add_argument("--out", type=Path, default=Path("models/default"), help="folder of the bundle")
    given = parser.parse_args(arguments)
    if given.data is None or not Path(given.data).is_dir():
        parser.error("--data DIR (or LEUKOTYPE_DATA): the folder that training/README.md describes")
    if not given.config.is_file():
        parser.error(f"--config {given.config}: no such file")
    return Path(given.data), tomllib.loads(given.config.read_text()), given.out
