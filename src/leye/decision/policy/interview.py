"""An interview: what to ask somebody next, so that as little as possible is asked.

Only what a programme needs that may still come out as eligible is asked: a programme one of whose
conditions fails asks nothing more, nor does one that a value the city has not set leaves open. Of a
programme in question the first open condition is asked about; what is sensitive comes last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType

from leye.decision.policy.cases import Case
from leye.decision.policy.check import Answered, amount_reads
from leye.decision.policy.circumstances import Checklist, Circumstance, Opening, openings
from leye.decision.policy.ends import check_ends
from leye.decision.policy.facts import Fact, InvalidFact, Kind, fact, facts
from leye.decision.policy.programmes import Outcome, programme
from leye.decision.policy.system import system

_YES = 2.0


@dataclass(frozen=True, slots=True)
class Known:
    """A fact known before it is asked: its stored value, who says so, and as of which month.

    ``source`` is in words for people; ``month`` is None where the source has none. Of a count that
    began too late, ``value`` is the least it can be and ``most`` the most.
    """

    fact: str
    value: float
    source: str
    month: int | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said so far; ``who`` is person or employer.

    ``chosen``: the circumstances, None before that page or where it was skipped. ``given`` and
    ``known`` are stored values; what somebody says goes before what is known of them.
    """

    who: str
    chosen: tuple[str, ...] | None = None
    given: Mapping[str, float] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    known: tuple[Known, ...] = ()

    @property
    def opening(self) -> Opening:
        """The circumstances to choose from, and the checklists."""
        return openings()[self.who]

    @property
    def circumstances(self) -> tuple[Circumstance, ...]:
        """Those chosen."""
        every = self.opening.circumstances
        return tuple(each for name, each in every.items() if name in (self.chosen or ()))

    @property
    def entities(self) -> tuple[str, ...]:
        """Of whom facts are asked, or known."""
        chosen = (e for each in self.circumstances for e in each.entities)
        known = (fact(each.fact).entity for each in self.known)
        return tuple(dict.fromkeys((self.who, *chosen, *known)))

    def choosing(self, names: Iterable[str] | None) -> "Answers":
        """Give the answers with other circumstances chosen; None: not said.

        :raises InvalidFact: there is no such circumstance.
        """
        chosen = None if names is None else tuple(dict.fromkeys(names))
        if chosen and not set(chosen) <= set(self.opening.circumstances):
            raise InvalidFact("没有这种情况", hint="请从列出的情况里选")
        return replace(self, chosen=chosen)

    def giving(self, values: Mapping[str, float]) -> "Answers":
        """Give the answers with these facts told; one told as not known counts as skipped."""
        unknown = {name for name, value in values.items() if _not_known(name, value)}
        told = {name: value for name, value in values.items() if name not in unknown}
        kept = {name: value for name, value in self.given.items() if name not in unknown}
        return replace(
            self,
            given=MappingProxyType({**kept, **told}),
            skipped=(self.skipped - set(told)) | unknown,
        )

    def taken_as_known(self) -> Mapping[str, Known]:
        """Give what is known without having been told, by fact.

        What was chosen goes before what others know, and that before what was not chosen.
        """
        if self.chosen is None:
            return {each.fact: each for each in self.known}
        return {
            **self._not_chosen(),
            **{each.fact: each for each in self.known},
            **self._chosen(),
        }

    def narrowed(self, name: str) -> tuple[str, ...]:
        """Give the options of a choice that the circumstances leave; none: all of them."""
        found = (each.options.get(name, ()) for each in self.circumstances)
        return tuple(dict.fromkeys(option for options in found for option in options))

    def case(self) -> Case:
        """Give everything known as a case, without what other answers rule out."""
        values = {name: each.value for name, each in self.taken_as_known().items()} | {**self.given}
        entities = self.entities
        while True:
            case = _case(values, entities)
            ruled_out = [name for name in values if not case.concerns(name)]
            if not ruled_out:
                return case
            values = {name: value for name, value in values.items() if name not in ruled_out}

    def suggested(self) -> tuple[str, ...]:
        """Give the circumstances that what is known beforehand shows to be somebody's.

        One that settles facts is so only where they are known just so.
        """
        known = {each.fact: each.value for each in self.known}
        return tuple(
            name
            for name, each in self.opening.circumstances.items()
            if _shows(known, each, self.opening)
        )

    def most(self) -> Mapping[str, float]:
        """Give, of counts known in part, the most they can be; none that was told."""
        taken = self.taken_as_known()
        return {
            name: each.most
            for name, each in taken.items()
            if each.most is not None and name not in self.given
        }

    def asks(self, name: str) -> bool:
        """Tell whether the circumstances let a fact be asked, and it was not skipped."""
        if name in self.skipped:
            return False
        if self.chosen is None:
            return True
        about = [c for c in self.opening.circumstances.values() if name in c.facts]
        return not about or any(each.id in self.chosen for each in about)

    def _chosen(self) -> Mapping[str, Known]:
        found: dict[str, Known] = {}
        for each in self.circumstances:
            said = f"选了“{each.label}”"
            for name, value in each.sets.items():
                found[name] = Known(name, value, said)
            for name in each.options:
                if len(only := self.narrowed(name)) == 1:
                    found[name] = Known(name, float(fact(name).option_index(only[0])), said)
        return found

    def _not_chosen(self) -> Mapping[str, Known]:
        told = {name for each in self.circumstances for name in each.facts}
        found: dict[str, Known] = {}
        for each in self.opening.circumstances.values():
            for name, if_not in each.facts.items():
                if if_not is not None and name not in told:
                    found.setdefault(name, Known(name, if_not, f"没有选“{each.label}”"))
        return found


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions: one fact, or several yes/no facts of a checklist.

    ``options``: those left of a choice. ``needed_for``: the programmes that need an answer.
    """

    facts: tuple[Fact, ...]
    question: str
    options: Mapping[str, str]
    needed_for: tuple[str, ...]
    checklist: str = ""

    @property
    def id(self) -> str:
        """What names the step: the checklist, or the fact."""
        return self.checklist or self.facts[0].name


@dataclass(frozen=True, slots=True)
class Asked:
    """Where an interview stands: the next step, None at the end; at most how many more; results."""

    step: Step | None
    at_most: int
    answered: tuple[Answered, ...]


def ask(answers: Answers, month: int) -> Asked:
    """Find what to ask next for the law of a month, and what follows from the answers so far."""
    case = answers.case()
    answered = check_ends(case, month, answers.most())
    first: dict[str, list[str]] = {}
    every: dict[str, list[str]] = {}
    for each in answered:
        now, later = _wanted(answers, case, each)
        for name in now:
            first.setdefault(name, []).append(each.programme)
        for name in later:
            every.setdefault(name, []).append(each.programme)
    pages = {_page(answers, name) for name in every}
    if not first:
        return Asked(None, 0, answered)
    name = min(first, key=_rank)
    return Asked(_step(answers, name, every), len(pages), answered)


def ask_again(answers: Answers, step: str, *, only: Iterable[str] = ()) -> Step:
    """Give a step by its id, to be answered or put right; ``only``: these facts of a checklist.

    Without ``only`` a checklist asks every fact that was told or skipped.

    :raises InvalidFact: there is no such step for these answers.
    """
    checklist = next((each for each in answers.opening.checklists if each.id == step), None)
    if checklist is not None:
        told = {*only} or {*answers.given, *answers.skipped}
        asked = [name for name in checklist.facts if name in told]
        if asked:
            return _made(answers, asked, {}, checklist)
    found = facts().get(step)
    if checklist is not None or found is None or found.entity not in answers.entities:
        raise InvalidFact("没有这个问题", hint="请从头开始")
    return _made(answers, [step], {}, None)


def _shows(known: Mapping[str, float], each: Circumstance, opening: Opening) -> bool:
    if each.sets:
        return all(known.get(name) == value for name, value in each.sets.items())
    if each.options:
        return any(
            known.get(name) == fact(name).option_index(option)
            for name, options in each.options.items()
            for option in options
        )
    every = opening.circumstances.values()
    alone = (name for name, no in each.facts.items()
             if no is not None and sum(name in other.facts for other in every) == 1)  # fmt: skip
    return any(known.get(name) == _YES and fact(name).kind is Kind.ANSWER for name in alone)


def _wanted(answers: Answers, case: Case, each: Answered) -> tuple[list[str], list[str]]:
    """What a programme asks now, and in all at most."""
    if each.outcome is Outcome.ELIGIBLE:
        open_sum = _open_sum(answers, case, each)
        return open_sum, open_sum
    if each.outcome is Outcome.NOT_ELIGIBLE:
        return [], []
    asked = []
    for condition in each.conditions:
        if condition.result == "unknown":
            can = [m.name for m in condition.missing if m.origin and answers.asks(m.name)]
            if not can:
                return [], []
            asked.append(can)
    return asked[0], list(dict.fromkeys(name for names in asked for name in names))


def _open_sum(answers: Answers, case: Case, each: Answered) -> list[str]:
    rules, about = system(), programme(each.programme)
    if (about.amount is None or each.full is not None) and (
        about.months is None or each.months is not None
    ):
        return []
    reads, open_ = amount_reads(rules, about), answers.most()
    return [
        name
        for name in reads.facts
        if (name in open_ or not case.known(name)) and case.concerns(name) and answers.asks(name)
    ]


def _step(answers: Answers, name: str, every: Mapping[str, list[str]]) -> Step:
    checklist = answers.opening.checklist_of(name)
    together = [each for each in checklist.facts if each in every] if checklist else []
    if len(together) < 2:
        return _made(answers, [name], every, None)
    return _made(answers, together, every, checklist)


def _made(
    answers: Answers,
    names: list[str],
    every: Mapping[str, list[str]],
    checklist: Checklist | None,
) -> Step:
    asked = tuple(fact(name) for name in names)
    left = answers.narrowed(names[0]) or tuple(asked[0].options)
    needed = dict.fromkeys(each for name in names for each in every.get(name, ()))
    return Step(
        facts=asked,
        question=checklist.question if checklist else asked[0].question,
        options={key: asked[0].options[key] for key in asked[0].options if key in left},
        needed_for=tuple(needed),
        checklist=checklist.id if checklist else "",
    )


def _page(answers: Answers, name: str) -> str:
    checklist = answers.opening.checklist_of(name)
    return checklist.id if checklist else name


def _case(values: Mapping[str, float], entities: Iterable[str]) -> Case:
    return Case(
        MappingProxyType(
            {
                entity: MappingProxyType(
                    {n: value for n, value in values.items() if fact(n).entity == entity}
                )
                for entity in dict.fromkeys(entities)
            }
        )
    )


def _not_known(name: str, value: float) -> bool:
    return value != value or value == fact(name).unknown


@cache
def _order() -> Mapping[str, int]:
    return {name: place for place, name in enumerate(facts())}


def _rank(name: str) -> tuple[bool, int]:
    return fact(name).sensitive, _order()[name]
