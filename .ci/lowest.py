"""Print the lowest versions that pyproject.toml allows as constraints for pip: of the core and some extras.

``python .ci/lowest.py parquet xlsx > lowest.txt``
"""

import re
import sys
import tomllib
from pathlib import Path

REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)(?:\[([^\]]+)\])?\s*>=\s*([0-9.]+)")


def lowest(project: dict, extras: list[str]) -> dict[str, str]:
    """Map each package to its lowest version; extras that name extras of the project are followed."""
    found: dict[str, str] = {}
    waiting, seen = [project["dependencies"]], set()
    optional = project["optional-dependencies"]
    names = list(extras)
    while names:
        name = names.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting.append(optional[name])
        for line in optional[name]:
            own = re.match(rf"{project['name']}\[([^\]]+)\]", line)
            names += own[1].split(",") if own else []
    for line in (each for group in waiting for each in group):
        if told := REQUIREMENT.match(line.partition(";")[0]):
            found[told[1]] = told[3]
    return found


if __name__ == "__main__":
    described = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    for package, version in sorted(lowest(described, sys.argv[1:]).items()):
        sys.stdout.write(f"{package}=={version}\n")
