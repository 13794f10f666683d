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
from leukotype.errors import InputError, InputListError, ModelFileError
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
    except InputListError as errors:
        return _fail(_BAD_INPUT, *errors.args)
    except (InputError, ModelFileError) as error:
        return _fail(_BAD_INPUT, str(error))
    except OSError as error:
        return _fail(_BAD_INPUT if error.errno == errno.ENAMETOOLONG else 1, cause_of(error))
    except MemoryError:
        return _fail(1, "the machine's memory is full: give fewer samples at a time")
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except Exception as error:
        if not isinstance(error, _USAGE_ERROR):
            raise
        return _fail(_BAD_INPUT, f"{error.format_message()} (see leukotype --help)")  # type: ignore[attr-defined]
    return code if isinstance(code, int) else 0


def _fail(code: int, *messages: str) -> int:
    """Say each in one line: a file's name may have line ends."""
    for message in messages:
        say("leukotype: " + message.replace("\n", "\\n"), err=True)
    return code
