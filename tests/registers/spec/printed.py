"""The table of precedence and the drawn statuses as docs/registers.md shows them.

python -m tests.registers.spec.printed   writes them into the page.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from leye.data.registers.precedence import Line, precedence
from tests.registers.spec.people import cases

PAGE = Path(__file__).resolve().parents[3] / "docs" / "registers.md"
_BEGIN, _END = "<!-- printed: {} -->", "<!-- end -->"


def printed(page: str) -> str:
    """Give the page with both tables as they are now."""
    for name, lines in (("precedence", _precedence()), ("statuses", _statuses())):
        head, _, rest = page.partition(_BEGIN.format(name))
        _, _, tail = rest.partition(_END)
        text = "\n".join(lines)
        page = f"{head}{_BEGIN.format(name)}\n{text}\n{_END}{tail}"
    return page


def _precedence() -> Iterator[str]:
    yield "| rank | evidence | kind | status | within | alone right | why |"
    yield "|---|---|---|---|---|---|---|"
    for line in precedence():
        cells = [str(line.rank), line.title, f"`{line.kind}`", f"`{line.status}`", _window(line)]
        cells += [f"{line.confidence:.3g}", f"{line.en} {line.zh}。"]
        yield f"| {' | '.join(cells)} |"


def _window(line: Line) -> str:
    if line.window is None:
        return "while it stands"
    return "the month" if line.window == 0 else f"{line.window} months"


def _statuses() -> Iterator[str]:
    for section, found in groupby(cases(), key=lambda case: case.section):
        yield f"\n**{section}**\n"
        yield "| what the sources hold | status | why |"
        yield "|---|---|---|"
        for case in found:
            yield f"| {case.written} | `{case.status}` | {case.reason} |"


if __name__ == "__main__":
    PAGE.write_text(printed(PAGE.read_text()))
