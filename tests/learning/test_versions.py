"""A store is read without MLflow where its tables are those that are known, and else by MLflow."""

import sqlite3
from contextlib import closing

from leukotype.learning.versions import stored_versions


def test_where_no_store_is_there_none_is_made(tmp_path):
    assert stored_versions(tmp_path / "mlflow.db") == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_left_to_mlflow_which_says_so(tmp_path):
    (tmp_path / "mlflow.db").write_text("sample,subtype\n" * 100)
    assert stored_versions(tmp_path / "mlflow.db") == []


def test_a_store_of_other_columns_is_left_to_mlflow(tmp_path):
    """A column that is read here, `workspace`, is absent."""
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as store:
        store.executescript(
            "CREATE TABLE model_versions (name, version, creation_time, current_stage, run_id);"
            "CREATE TABLE model_version_tags (name, version, key, value);"
            "CREATE TABLE registered_model_aliases (name, version, alias);"
            "INSERT INTO model_versions VALUES ('leukotype', 1, 0, 'None', '');"
        )
    assert stored_versions(tmp_path / "mlflow.db") == []
