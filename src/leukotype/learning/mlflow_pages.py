"""MLflow's own pages of the runs, started with the store of leukotype and without telemetry."""

from __future__ import annotations

import os
import subprocess
import sys

from leukotype.learning.mlflow_session import QUIET, tracking_uri


def show_pages(port: int) -> int:
    """Run MLflow's server on this machine until it is told to end; its exit code."""
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", tracking_uri(), "--workers", "1"]
    with subprocess.Popen(command, env={**os.environ, **QUIET}) as server:  # noqa: S603 - this interpreter
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            server.wait()
            return 0
