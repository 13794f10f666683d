"""What a user can say of the files: nothing is said unless it is given, and saying it loads nothing."""

import subprocess
import sys
from dataclasses import asdict

from leukotype.inputs.reading import LesionFiles, Reading


def test_what_is_not_said_is_not_guessed():
    said = {name for name, value in asdict(Reading()).items() if value is not None}
    assert said == {"value_type", "orientation"}
    assert {Reading().value_type, str(Reading().orientation)} == {"auto"}
    assert not any(asdict(LesionFiles()).values())


def test_a_command_line_that_holds_it_loads_no_table():
    code = "import sys, leukotype.inputs.reading; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"numpy", "pandas"} & set(loaded.stdout.split())
