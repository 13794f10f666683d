"""The command line: arguments in, files and a table out; nothing is computed here.

numpy and pandas are imported inside the commands, so that help and argument errors come at once.
"""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Sequence
from typing import Final

import typer

from leukotype.cli import (  # noqa: F401 - each adds its command
    demo,
    efficacy,
    explain,
    karyotype,
    models,
    predict,
    print_request,
    report,
    serve,
    sheet,
    train,
)
from leukotype.cli.app import app, say
from leukotype.cli.usable_arguments import check_arguments
from leukotype.errors import InputError, ModelFileError
from leukotype.runs.full_disk import cause_of

_INTERRUPTED: Final = 130  # the shell's code for Ctrl-C
_BAD_INPUT: Final = 2
# Typer raises click's errors, of its own copy or of click itself: by version.
_USAGE_ERROR: Final = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code: 0, 2 for input that cannot be used, 1 for a machine that fails, 130.

    Parameters
    ----------
    arguments
        Those of the command line by default.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show
    try:
        check_arguments(sys.argv[1:] if arguments is None else arguments)
        code = typer.main.get_command(app).main(arguments, prog_name="leukotype", standalone_mode=False)
    except (InputError, ModelFileError) as error:
        return _fail(str(error), _BAD_INPUT)
    except OSError as error:
        return _fail(cause_of(error), _BAD_INPUT if error.errno == errno.ENAMETOOLONG else 1)
    except MemoryError:
        return _fail("the machine's memory is full: give fewer samples at a time", 1)
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except Exception as error:
        if not isinstance(error, _USAGE_ERROR):
            raise
        return _fail(f"{error.format_message()} (see leukotype --help)", _BAD_INPUT)  # type: ignore[attr-defined]
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    one_line = message.replace("\n", "\\n")  # a file's name may have line ends
    say(f"leukotype: {one_line}", err=True)
    return code
