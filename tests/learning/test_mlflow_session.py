"""MLflow is imported without telemetry, and its errors are one line."""

import logging
import os
import subprocess
import sys

import pytest

from leukotype.errors import InputError
from leukotype.learning.mlflow_session import in_one_line


def test_the_logs_of_others_are_silent_meanwhile_and_as_they_were_after():
    logger = logging.getLogger("alembic")
    logger.setLevel(logging.INFO)
    with in_one_line("sqlite:///x"):
        assert logger.level == logging.CRITICAL
    with pytest.raises(InputError, match="MLflow at sqlite:///x: "), in_one_line("sqlite:///x"):
        raise type("Lost", (Exception,), {"__module__": "sqlite3"})("lost")
    assert logger.level == logging.INFO


def test_to_import_the_room_changes_no_environment_and_loads_no_mlflow():
    code = (
        "import os, sys; before = dict(os.environ); import leukotype.learning.registry; "
        "assert dict(os.environ) == before; assert 'mlflow' not in sys.modules; "
        "from leukotype.learning.mlflow_session import import_mlflow; import_mlflow(); "
        "print(os.environ['MLFLOW_DISABLE_TELEMETRY'])"
    )
    clean = {name: value for name, value in os.environ.items() if "MLFLOW" not in name}
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=clean)
    assert told.stdout == "true\n"
