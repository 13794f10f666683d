"""Where the bundle of a registered version lies, for whoever only reads it: light, and nothing is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from leukotype.errors import InputError, ModelFileError
from leukotype.learning.mlflow_session import (
    BUNDLE,
    DIGEST,
    HOME,
    NAME,
    import_mlflow,
    in_one_line,
    tracking_uri,
)
from leukotype.learning.tracking_database import database_of
from leukotype.model.bundle import verify

_LOCAL: Final = ("", "file")


def place_of(name: str) -> Path:
    """Give the folder where the bundle of a version lies; one of another machine is brought here.

    Parameters
    ----------
    name
        its number or alias.

    Raises
    ------
    InputError
        If there is no such version, or it is not the bundle that was registered.
    """
    uri = tracking_uri()
    database = database_of(uri)
    if database is not None and not database.exists():
        raise InputError(
            f"{NAME}@{name}: expected a registry at {uri}, found none: train and promote one first"
        )
    mlflow = import_mlflow()
    with in_one_line(uri):
        mlflow.set_tracking_uri(uri)
        version = _version(mlflow.MlflowClient(), name)
        folder = _folder(mlflow, version)
    try:
        whole = verify(folder) == version.tags.get(DIGEST)
    except ModelFileError as error:
        raise InputError(f"{NAME}/{version.version}: expected its bundle whole, found: {error}") from error
    if not whole:
        raise InputError(
            f"{NAME}/{version.version}: expected the bundle that was registered, found another: "
            "see leukotype models verify"
        )
    return folder


def _version(client: Any, name: str) -> Any:
    known = client.search_model_versions(f"name='{NAME}'")
    aliases = client.get_registered_model(NAME).aliases if known else {}
    number = str(aliases.get(name, name))
    for version in known:
        if str(version.version) == number:
            return version
    have = ", ".join([*(str(each.version) for each in known), *aliases]) or "none"
    raise InputError(f"{NAME}@{name}: expected a registered version or alias, there are {have}: correct it")


def _folder(mlflow: Any, version: Any) -> Path:
    logged = mlflow.MlflowClient().get_logged_model(version.source.rpartition("/")[2])
    parts = urlsplit(logged.artifact_location)
    home = Path(unquote(parts.path)) if parts.scheme in _LOCAL else HOME / "bundles" / logged.model_id
    if parts.scheme not in _LOCAL and not home.exists():
        home.mkdir(parents=True)
        mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version.version}", dst_path=str(home))
    found = sorted(home.glob(BUNDLE))
    return found[0].parent if found else home / "lost"
