"""The house stands as it was drawn: imports run one way, rooms stay small, heavy things stay outside."""

import ast
import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

import leukotype

SOURCE = Path(leukotype.__file__).parent
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
TESTS = Path(__file__).parent
MAX_BODY_LINES = 30
MAX_ROOMS = 16
MAX_DEPTH = 14

# Room -> rooms that it may import. A run is asked for, its inputs read; what was learned and what lesions say
# meet in calling; explanations and learning read what calling gives; the pipeline puts them together.
WORDS = {"vocabulary", "errors"}
READ = WORDS | {"inputs", "runs"}
LEARNED = READ | {"model", "evidence", "calling"}
MAY_IMPORT = {
    "vocabulary": set(),
    "errors": set(),
    "inputs": WORDS,
    "runs": WORDS | {"inputs"},
    "model": WORDS,
    "evidence": WORDS | {"inputs", "model"},
    "calling": READ | {"model", "evidence"},
    "explanations": LEARNED,
    "learning": LEARNED,
    "pipeline": LEARNED | {"explanations", "learning"},
    "efficacy": WORDS | {"inputs", "calling"},
    "report": LEARNED | {"explanations", "pipeline"},
    "trial": LEARNED | {"efficacy", "report"},
    "demo": LEARNED | {"efficacy", "pipeline", "trial"},
    "service": LEARNED | {"demo", "pipeline", "report"},
    "cli": LEARNED
    | {"demo", "efficacy", "explanations", "learning", "pipeline", "report", "service", "trial"},
    "__init__": LEARNED | {"explanations", "pipeline", "report"},
}

HEAVY = (
    "sklearn", "scipy", "xgboost", "shap", "mlflow", "matplotlib", "pysam", "lifelines", "statsmodels",
    "optuna", "dask", "distributed", "joblib", "sqlalchemy", "jinja2", "fastapi", "uvicorn", "training",
)  # fmt: skip


def room(path):
    return path.parts[0].removesuffix(".py")


def tree(path):
    return ast.parse((SOURCE / path).read_text(encoding="utf-8"))


def imported(path):
    """Absolute names of all modules that a file imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides which way it runs"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms_imported(path):
    """Rooms of the package that a file imports, its own left out."""
    inside = {name.split(".")[1] for name in imported(path) if name.startswith("leukotype.")}
    named = {"__init__" if name in leukotype.__all__ else name for name in inside}
    return named - {room(path)}


def test_every_room_is_in_the_drawing():
    assert {room(path) for path in MODULES} <= set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_run_one_way(path):
    assert rooms_imported(path) <= MAY_IMPORT[room(path)]


def test_the_drawing_itself_runs_one_way():
    left = {name: set(below) for name, below in MAY_IMPORT.items()}
    while ground := {name for name, below in left.items() if not below & set(left)}:
        left = {name: below for name, below in left.items() if name not in ground}
    assert not left, f"these import each other in a circle: {sorted(left)}"


def module(path):
    """Name of a file as Python imports it."""
    parts = ("leukotype", *path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def graph():
    """Module -> modules of the package that it imports, at its top or inside a function."""
    names = {module(path) for path in MODULES}
    return {
        module(path): {
            name if name in names else name.rpartition(".")[0]
            for name in imported(path)
            if name.split(".")[0] == "leukotype"
        }
        - {module(path)}
        for path in MODULES
    }


@pytest.fixture(scope="module")
def chains(graph):
    """Longest chain of imports that begins at each module; a module in a circle has none."""
    found, left = {}, dict(graph)
    while ground := {name for name, below in left.items() if not below & set(left)}:
        for name in ground:
            below = [found[each] for each in graph[name]]
            found[name] = (name, *max(below, key=len, default=()))
        left = {name: below for name, below in left.items() if name not in ground}
    return found


def test_modules_import_each_other_in_no_circle(graph, chains):
    left = sorted(set(graph) - set(chains))
    assert not left, f"these import each other in a circle, or stand above one: {left}"


def test_no_chain_of_imports_is_long(chains):
    longest = max(chains.values(), key=len)
    assert len(longest) <= MAX_DEPTH, f"{len(longest)} modules: {' > '.join(longest)}"


def test_the_house_has_few_rooms():
    rooms = {room(path) for path in MODULES} - {"__init__"}  # the door is no room
    assert len(rooms) <= MAX_ROOMS


def twice(pairs):
    """Names that stand in more than one place: name -> places."""
    places = {}
    for name, place in pairs:
        places.setdefault(name, []).append(str(place))
    return {name: where for name, where in places.items() if len(where) > 1}


def test_no_module_name_stands_twice():
    assert not twice((path.stem, path) for path in MODULES if not path.stem.startswith("__"))


def test_no_public_class_name_stands_twice():
    classes = [(node, path) for path in MODULES for node in tree(path).body if isinstance(node, ast.ClassDef)]
    found = twice((node.name, path) for node, path in classes if not node.name.startswith("_"))
    assert set(found) <= {"Run"}, found


def test_every_module_has_its_test_file():
    """`a/b.py` has `tests/a/test_b.py`."""
    modules = [path for path in MODULES if not path.stem.startswith("__")]
    assert not [str(p) for p in modules if not (TESTS / p.parent / f"test_{p.name}").is_file()]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_the_package_never_imports_its_training(path):
    assert not {name for name in imported(path) if name.split(".")[0] == "training"}


@pytest.mark.parametrize("module", ["leukotype", "leukotype.pipeline"])
def test_prediction_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    names = loaded.stdout.split()
    assert "leukotype" in names
    assert not set(names) & set(HEAVY)


def test_the_package_itself_loads_not_even_numpy():
    code = "import sys, leukotype; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"numpy", "pandas"} & set(loaded.stdout.split())


def test_all_is_what_is_exported():
    assert sorted(leukotype.__all__) == list(leukotype.__all__)
    for name in leukotype.__all__:
        exported = getattr(leukotype, name)
        assert exported.__name__ == name
        home = importlib.import_module(exported.__module__)
        assert getattr(home, name) is exported
    public = {name for name, value in vars(leukotype).items() if isinstance(value, type) and name[0] != "_"}
    assert public - {"Any"} <= set(leukotype.__all__)


def test_a_tab_shows_what_is_public_and_the_version():
    assert dir(leukotype) == sorted([*leukotype.__all__, "__version__"])
    assert leukotype.__version__ == importlib.metadata.version("leukotype")


def test_what_is_not_exported_is_not_there():
    with pytest.raises(AttributeError, match="guess"):
        _ = leukotype.guess


def body_lines(function):
    """Lines of what a function does: its signature and its docstring are for its reader."""
    told = ast.get_docstring(function) is not None
    statements = function.body[1:] if told else function.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_functions_stay_small(path):
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    assert not {f.name: body_lines(f) for f in functions if body_lines(f) > MAX_BODY_LINES}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_file_says_what_it_is(path):
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_step_is_a_drawer_for_odds_and_ends(path):
    assert path.stem not in {"utils", "common", "helpers", "misc"}


def test_no_test_runs_a_loop_in_its_own_thread():
    """Where a browser is open Playwright's loop runs there, and a second cannot: see `await_answer`."""
    runs = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"asyncio.run", "anyio.run"}
    }
    assert runs == set()
