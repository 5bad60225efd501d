"""The ``leye`` command: prepare the data, serve the pages, hand in figures, look after accounts.

``leye <command> --help`` says what each takes. Exit codes: 0 done, 1 refused or found wanting,
2 a mistake in what was asked, 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from leye.kernel.errors import LeyeError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    An expected failure is told in words on standard error; anything else is a traceback.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leye.config.settings")
    chosen = _parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except LeyeError as error:
        print(f"{error.title}：{error.detail}", file=sys.stderr)
        if error.hint:
            print(f"  → {error.hint}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n已中断", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough; keep the interpreter from
        # complaining about the same pipe once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    # Each command imports what it needs only when it runs: --help answers at once.
    from leye.doors.cli import (
        accounts,
        demo,
        figures,
        identity,
        monitoring,
        network,
        policy,
        pool,
        prepare,
        registers,
        report,
        serve,
        sources,
        twin,
        warning,
    )

    parser = argparse.ArgumentParser(prog="leye", description="乐业：公共就业服务平台")
    commands = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    every = (
        *(
            prepare,
            demo,
            serve,
            figures,
            accounts,
            identity,
            pool,
            sources,
            registers,
            report,
            twin,
        ),
        *(network, monitoring, policy, warning),
    )
    for module in every:
        module.add_to(commands)
    return parser
