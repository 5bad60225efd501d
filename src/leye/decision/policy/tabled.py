"""Tables of the law: which parameter holds for which place, class of place, or option of a fact."""

from collections import Counter
from collections.abc import Mapping

from leye.data.reference import places
from leye.decision.policy.facts import Kind, fact
from leye.decision.policy.parameters import Parameters

CLASSES = "minimum_wage.area_class"
"""The class of each county, by which minimum wages and benefits are looked up."""


def cells(law: Parameters, path: str, by: str, month: int) -> Mapping[float, str]:
    """Give the parameter for each value of the fact ``by`` that the table ``path`` knows."""
    names = law.under(path)
    if fact(by).kind is Kind.CHOICE:
        return {
            float(fact(by).option_index(each)): f"{path}.{each}"
            for each in fact(by).options
            if each in names
        }
    if not any(each.startswith("class_") for each in names):
        return {float(each[1:]): f"{path}.{each}" for each in names}
    values = law.at(month)
    of = {each[1:]: values[f"{CLASSES}.{each}"] for each in law.under(CLASSES)}
    found = {float(code): f"{path}.class_{n:g}" for code, n in of.items() if n == n}
    return {code: cell for code, cell in found.items() if cell in law}


def cells_in_words(law: Parameters, path: str, by: str, month: int) -> list[tuple[str, str]]:
    """Give who each cell with a value is for, in words, with its parameter; the most places last.

    Places of one cell are told together, and the cell of the most places is that of 其余.
    """
    values = law.at(month)
    found = {k: c for k, c in cells(law, path, by, month).items() if values[c] == values[c]}
    if fact(by).kind is Kind.CHOICE:
        return [(fact(by).show(key), cell) for key, cell in found.items()]
    together: dict[str, list[str]] = {}
    for key, cell in found.items():
        together.setdefault(cell, []).append(places().get(f"{key:.0f}").name)
    most = Counter({cell: len(names) for cell, names in together.items()}).most_common(1)
    every = {name for cell in together for name in together[cell]}
    rest = most[0][0] if most and len(every) > 1 and len(together) > 1 else ""
    told = [("、".join(names), cell) for cell, names in together.items() if cell != rest]
    if len(together) == 1 and len(every) > 1:
        return [("各县（市、区）", next(iter(together)))]
    return [*told, ("其余各县（市、区）", rest)] if rest else told
