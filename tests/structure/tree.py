"""The files of the project, as these tests read them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "leye"
OURS = ("src", "tests", "tools", "plan", "seed", "docs", ".ci")
NOT_TEXT = {".png", ".jpg", ".xlsx", ".ico", ".woff2", ".gz", ".br"}


@cache
def tracked() -> tuple[Path, ...]:
    """Give every file under version control that exists, or every file where there is no git."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
        return tuple(path for path in found if path.is_file())
    top = [path for path in ROOT.iterdir() if path.is_file()]
    below = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return tuple(path for path in [*top, *below] if "__pycache__" not in path.parts)


def texts() -> list[Path]:
    """Give every tracked file that people read as text."""
    return [path for path in tracked() if path.suffix not in NOT_TEXT]


def python_files() -> list[Path]:
    """Give every Python file under version control."""
    return [path for path in tracked() if path.suffix == ".py"]


def named(path: Path) -> str:
    """Give a file's path from the root."""
    return str(path.relative_to(ROOT))
