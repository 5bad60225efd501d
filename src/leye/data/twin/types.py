"""What the synthetic city is made of: arrays of people and firms, and one month after another.

Everything is a numpy array with one element per person or firm, in the order of their positions.
Arrays handed out are read-only. See codes.py for the codes and events.py for the records.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.codes import ComparisonRule, ScenarioKind
from leye.data.twin.events import Events, Rows

U8 = NDArray[np.uint8]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """The places the arrays point into.

    ``villages``, ``towns``, ``counties`` are codes of 12, 9 and 6 digits; ``village_town`` and
    ``village_county`` give positions, ``urban`` whether a village is a neighbourhood (居委会).
    ``destinations`` are codes of provinces and cities outside, where people from here work.
    """

    villages: Texts
    towns: Texts
    counties: Texts
    village_town: I16
    village_county: I8
    town_county: I8
    urban: Flags
    destinations: Texts


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody who is alive at the start or born later: what does not change month by month.

    ``birth`` days since 1970; ``sex`` 1 man, 2 woman; ``hukou`` 10 urban, 20 rural;
    ``hukou_county`` a position in counties, -1 when the hukou is elsewhere; ``relation`` 1 head,
    2 spouse, 3 child, 4 parent, 5 other; ``household`` counts from 0. ``id_region`` is a position
    in ``id_regions``. ``serial`` the three digits of the identity number before the check digit.
    ``veteran_day``: discharged, NaT for the rest. ``disability`` grade 1..4 and ``disability_kind``
    1..7, 0 for the rest; ``able`` whether fit for work. ``poverty`` 1 lifted out, 2 monitored, 0.
    """

    birth: I32
    sex: U8
    hukou: U8
    hukou_county: I8
    household: I32
    relation: U8
    surname: I16
    given: I32
    phone: I64
    id_region: I16
    id_regions: Texts
    serial: I16
    veteran_day: Days
    veteran_placement: U8
    disability: U8
    disability_kind: U8
    able: Flags
    poverty: U8
    farm_land: Flags

    @property
    def size(self) -> int:
        """How many people the arrays hold, the unborn among them."""
        return len(self.birth)


@dataclass(frozen=True, slots=True)
class Firms:
    """Every firm and unit that exists at the start or opens later.

    ``number``: the eight characters of the organisation code as a base-36 value, the key of the
    pool. ``kind`` see FirmKind; ``division`` the GB/T 4754 division (2 digits); ``section`` its
    letter; ``target`` the headcount it works towards at the start; ``town`` a position in towns;
    ``park`` a position in ``parks``, -1 outside; ``group`` and ``parent`` positions of firms, -1
    none; ``owner`` the position of a person, -1 none; ``opened`` the day it opens. A firm whose
    opening falls within the simulation may never open: it exists from the month its row comes in
    ``Events.firms`` (closing days are there too), and in ``World.opening.firms`` if before.
    ``monitored`` files the monthly report; ``meters`` counts its electricity accounts (0, 1 or 2).
    ``institution`` trains people. signs.py writes out names and credit codes, identities.py those
    of people.
    """

    number: I64
    region: I32
    kind: U8
    division: U8
    section: Texts
    target: I32
    town: I16
    county: I8
    park: I8
    parks: Texts
    group: I32
    parent: I32
    owner: I32
    opened: Days
    capital: F32
    monitored: Flags
    meters: U8
    kwh_per_head: F32
    name_word: I32
    institution: Flags

    @property
    def size(self) -> int:
        """How many firms the arrays hold, those not yet open among them."""
        return len(self.number)


@dataclass(frozen=True, slots=True)
class WorldMonth:
    """The city at the end of a month, and what happened in it.

    Per person: ``status`` (Status); ``employer`` (position, -1 none; a welfare post's unit, the
    own firm of a self-employed); ``job_start`` yyyymm of the current job or activity, 0 none;
    ``occupation`` position, -1 none; ``wage`` a month, 0 none; ``insured`` by the true employer;
    ``filed`` has an open labour filing with it; ``workplace`` county position, -1 outside or none;
    ``destination`` position in destinations, -1 when here; ``residence`` village position;
    ``education``; ``alive``; ``enrolled``. What is paid, whether rightly or not: ``contributor``
    (Contributor), ``payer`` (firm position, -1), ``base``, ``contribution_county``; ``pension``
    (Pension) and ``pension_amount``.

    Per firm: ``open``; ``headcount`` true staff; ``tax_headcount`` and ``payroll`` as declared;
    ``kwh`` (NaN without a meter). ``reports``: the monthly forms of monitored firms (layout
    FIRM_REPORT). ``flows``: persons from place to place (layout FLOW: 0..9 are the counties, 10
    and above the destinations). ``conflicts``: where a comparison rule is true at the end of the
    month (layout CONFLICT). ``facts``: of the last months alone, what is true of everybody that
    policies ask about (layout FACT of facts.py).
    """

    month: int
    status: U8
    employer: I32
    job_start: I32
    occupation: I16
    wage: F32
    insured: Flags
    filed: Flags
    workplace: I8
    destination: I8
    residence: I16
    education: U8
    alive: Flags
    enrolled: Flags
    contributor: U8
    payer: I32
    base: F32
    contribution_county: I8
    pension: U8
    pension_amount: F32
    open: Flags
    headcount: I32
    tax_headcount: I32
    payroll: NDArray[np.float64]
    kwh: NDArray[np.float64]
    reports: Rows
    flows: Rows
    conflicts: Rows
    facts: Rows
    events: Events


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something planted: a kind, the first month, how many months, how strong, and where.

    ``size`` means persons for layoffs and returns, cases for frauds, and a share (0..1) for a
    slump. ``division`` limits a slump, ``county`` (6 digits) places a closure or a layoff.
    """

    kind: ScenarioKind | ComparisonRule
    month: int
    months: int = 1
    size: float = 1.0
    division: str = ""
    county: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """A simulated city: who and what is in it, what stood at the start, and its months.

    ``opening``: the records that stood before the first month (the first delivery of a standing
    feed); ``first_month``'s events come after it. ``occupations`` are CSCO codes and
    ``occupation_names`` their names; ``schools`` and ``majors`` names; ``months()`` runs the
    simulation from the start each time it is called, always alike.
    """

    people: int
    first_month: int
    month_count: int
    seed: int
    scenarios: tuple[Scenario, ...]
    places: PlaceTable
    population: Population
    firms: Firms
    opening: Events
    occupations: Texts
    occupation_names: Texts
    schools: Texts
    majors: Texts
    runner: Callable[[], Iterator[WorldMonth]]

    def months(self) -> Iterator[WorldMonth]:
        """Give the months in order, each once it is simulated."""
        return self.runner()
