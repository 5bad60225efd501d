"""Single figures out of the kept backtest, by trial, name and column; None where there is none."""

from dataclasses import dataclass

from leye.analysis.warning.backtest.results import Backtest, Figure, Row, Trial

NATION, INDUSTRIES, CELLS, SURVEY = "T2", "T3", "T4、T9", "T5"
AHEAD, FIRMS, CHINA, CITY, PUBLISHED = "T6", "T7", "中国", "城市", "T1"
PARTS = "／"


@dataclass(frozen=True, slots=True)
class Reading:
    """A backtest, asked for one number at a time."""

    found: Backtest

    def trial(self, code: str) -> Trial | None:
        """Give a trial."""
        return next((each for each in self.found.trials if each.code == code), None)

    def figure(self, code: str, name: str) -> Figure | None:
        """Give a figure of a trial."""
        trial = self.trial(code)
        return next((each for each in trial.figures if each.name == name), None) if trial else None

    def value(self, code: str, name: str) -> float | None:
        """Give the value of a figure."""
        figure = self.figure(code, name)
        return figure.value if figure else None

    def sure(self, code: str, name: str) -> float:
        """Give the value of a figure that a sentence cannot do without.

        :raises LookupError: there is none.
        """
        return _known(self.value(code, name), f"{code} {name}")

    def sure_cell(self, code: str, name: str, column: str) -> float:
        """Give a number of a variant's column that a sentence cannot do without.

        :raises LookupError: there is none.
        """
        return _known(self.cell(code, name, column), f"{code} {name} {column}")

    def row(self, code: str, name: str) -> Row | None:
        """Give the variant whose name begins so; the one in use for an empty name."""
        trial = self.trial(code)
        for each in trial.rows if trial else ():
            if each.product if not name else each.name.startswith(name):
                return each
        return None

    def cell(self, code: str, name: str, column: str, *, part: int = 0) -> float | None:
        """Give a number of a variant's column; ``part`` of those that hold several."""
        trial, row = self.trial(code), self.row(code, name)
        if trial is None or row is None or column not in trial.columns:
            return None
        return part_of(row, trial.columns.index(column), part)


def _known(value: float | None, what: str) -> float:
    if value is None:
        raise LookupError(what)
    return value


def part_of(row: Row, at: int, part: int = 0) -> float | None:
    """Give a part of a cell as a number; None where it is none."""
    parts = row.cells[at].split(PARTS) if at < len(row.cells) else []
    try:
        return float(parts[part])
    except (IndexError, ValueError):
        return None


def delays(row: Row, columns: tuple[str, ...]) -> tuple[int, ...]:
    """Give the delay of each recession in months, negative ahead; empty where they are not kept."""
    if "各次" not in columns:
        return ()
    try:
        return tuple(int(each) for each in row.cells[columns.index("各次")].split("、"))
    except ValueError:
        return ()
