"""What happened in a month, as structured arrays: one row per record that is new or changed.

``person``, ``firm`` and ``institution`` are positions in Population and Firms, -1 where there is
none. Days are ``datetime64[D]``, NaT where open. Months are yyyymm, 0 where there is none. Places:
``village`` is a position in PlaceTable.villages, ``county`` in PlaceTable.counties. ``occupation``
is a position in World.occupations. A record that changes (a filing that ends, a registration that
is cancelled) comes again whole, under the same ``record``.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.void]
_Fields = list[tuple[str, str]]
_DAY = "M8[D]"

HIRE: _Fields = [("person", "i4"), ("firm", "i4"), ("day", _DAY), ("occupation", "i2")]
SEPARATION: _Fields = [("person", "i4"), ("firm", "i4"), ("day", _DAY), ("start_month", "i4"),
                       ("reason", "u1"), ("insured", "?"), ("filed", "?")]  # fmt: skip
EMPLOYMENT: _Fields = [("record", "i8"), ("person", "i4"), ("form", "u1"), ("firm", "i4"),
                       ("occupation", "i2"), ("start", _DAY), ("end", _DAY),
                       ("village", "i2")]  # fmt: skip
UNEMPLOYMENT: _Fields = [("record", "i8"), ("person", "i4"), ("registered", _DAY),
                         ("reason", "u1"), ("last_firm", "i4"), ("cancelled", _DAY),
                         ("cancel_reason", "u1"), ("village", "i2")]  # fmt: skip
FILING: _Fields = [("record", "i8"), ("person", "i4"), ("firm", "i4"), ("kind", "u1"),
                   ("occupation", "i2"), ("start", _DAY), ("end", _DAY), ("ended", _DAY),
                   ("end_reason", "u1"), ("wage", "f4"), ("county", "i1")]  # fmt: skip
BENEFIT: _Fields = [("person", "i4"), ("nth", "i2"), ("total", "i2"), ("amount", "f4"),
                    ("county", "i1")]  # fmt: skip
HARDSHIP: _Fields = [("record", "i8"), ("person", "i4"), ("category", "u1"),
                     ("certified", _DAY), ("withdrawn", _DAY), ("village", "i2")]  # fmt: skip
WELFARE_POST: _Fields = [("record", "i8"), ("person", "i4"), ("occupation", "i2"), ("firm", "i4"),
                         ("start", _DAY), ("end", _DAY), ("monthly", "f4"),
                         ("village", "i2")]  # fmt: skip
TRAINING: _Fields = [("record", "i8"), ("person", "i4"), ("class_no", "i4"), ("institution", "i4"),
                     ("kind", "u1"), ("occupation", "i2"), ("start", _DAY), ("end", _DAY),
                     ("hours", "i2"), ("passed", "i1"), ("county", "i1")]  # fmt: skip
CERTIFICATE: _Fields = [("record", "i8"), ("person", "i4"), ("occupation", "i2"), ("level", "u1"),
                        ("issued", _DAY)]  # fmt: skip
SUBSIDY: _Fields = [("record", "i8"), ("person", "i4"), ("firm", "i4"), ("programme", "u1"),
                    ("from_month", "i4"), ("to_month", "i4"), ("amount", "f8"), ("paid", _DAY),
                    ("county", "i1")]  # fmt: skip
LOAN: _Fields = [("record", "i8"), ("person", "i4"), ("firm", "i4"), ("kind", "u1"),
                 ("amount", "f8"), ("granted", _DAY), ("due", _DAY), ("overdue", "?"),
                 ("county", "i1")]  # fmt: skip
DEATH: _Fields = [("person", "i4"), ("day", _DAY)]
MOVE: _Fields = [("person", "i4"), ("from_village", "i2"), ("to_village", "i2")]
LEDGER: _Fields = [("person", "i4"), ("status", "u1"), ("destination", "i2"), ("occupation", "i2"),
                   ("checked", _DAY), ("village", "i2")]  # fmt: skip
ENROLMENT: _Fields = [("person", "i4"), ("school_year", "i2"), ("school", "i2"), ("level", "u1"),
                      ("state", "u1"), ("from_month", "i4"), ("to_month", "i4"),
                      ("county", "i1")]  # fmt: skip
GRADUATE: _Fields = [("person", "i4"), ("school", "i2"), ("level", "u1"), ("major", "i2"),
                     ("graduated_month", "i4"), ("destination", "u1"),
                     ("county", "i1")]  # fmt: skip
VETERAN: _Fields = [("person", "i4"), ("discharged", _DAY), ("placement", "u1"),
                    ("village", "i2")]  # fmt: skip
DISABLED: _Fields = [("person", "i4"), ("grade", "u1"), ("kind", "u1"), ("able", "?"),
                     ("withdrawn", _DAY), ("village", "i2")]  # fmt: skip
POVERTY: _Fields = [("person", "i4"), ("kind", "u1"), ("listed", _DAY), ("removed", _DAY),
                    ("village", "i2")]  # fmt: skip
REGISTER: _Fields = [("person", "i4"), ("state", "u1"), ("village", "i2"), ("education", "u1")]
FIRM_CHANGE: _Fields = [("firm", "i4"), ("state", "u1"), ("closed", _DAY)]
CREDIT: _Fields = [("record", "i8"), ("firm", "i4"), ("kind", "u1"), ("happened", _DAY),
                   ("amount", "f8")]  # fmt: skip
LAYOFF_REPORT: _Fields = [("record", "i8"), ("firm", "i4"), ("reported", _DAY), ("planned", _DAY),
                          ("persons", "i4"), ("county", "i1")]  # fmt: skip
AD: _Fields = [("record", "i8"), ("firm", "i4"), ("occupation", "i2"), ("openings", "i4"),
               ("wage_low", "f4"), ("wage_high", "f4"), ("posted", _DAY), ("closed", _DAY),
               ("county", "i1")]  # fmt: skip
SEEKER: _Fields = [("record", "i8"), ("person", "i4"), ("occupation", "i2"),
                   ("active_month", "i4"), ("county", "i1")]  # fmt: skip
FLOW: _Fields = [("from_place", "i2"), ("to_place", "i2"), ("persons", "i8")]
FIRM_REPORT: _Fields = [("firm", "i4"), ("base", "i4"), ("current", "i4"), ("reduction", "u1"),
                        ("reason1", "u1"), ("reason2", "u1"), ("reason3", "u1"), ("hidden", "i4"),
                        ("planned", "i4"), ("gap", "i4"), ("dispatch", "i4")]  # fmt: skip
CONFLICT: _Fields = [("rule", "u1"), ("person", "i4"), ("firm", "i4"), ("month", "i4"),
                     ("since", "i4"), ("planted", "?")]  # fmt: skip


def no_rows(layout: _Fields) -> Rows:
    """Give an empty structured array of a layout."""
    return np.zeros(0, dtype=layout)


@dataclass(frozen=True, slots=True)
class Events:
    """The records that came to be or changed; the codes are those of the feeds (see codes.py).

    ``hires`` and ``separations`` are the true ones; ``filings``, ``unemployment`` and the others
    are what departments record, before any flaw of a delivery. Contract ``kind`` 1..4, certificate
    ``level`` 1..6, training ``kind`` 1..4, loan ``kind`` 1..3, disability and poverty codes are
    the codes of the feeds. ``passed`` is 1, 0, or -1 while the class runs; ``programme`` a position
    in PROGRAMMES; ``register.state`` 1 on, 2 moved out, 3 struck off; ``firms.state`` 1 open,
    2 closed, 3 revoked; ``education`` and ``level`` of schools 10, 20, 30, 40, 60, 70, 80, 90.
    """

    hires: Rows
    separations: Rows
    employment: Rows
    unemployment: Rows
    filings: Rows
    benefits: Rows
    hardship: Rows
    welfare_posts: Rows
    trainings: Rows
    certificates: Rows
    subsidies: Rows
    loans: Rows
    deaths: Rows
    moves: Rows
    ledger: Rows
    enrolments: Rows
    graduates: Rows
    veterans: Rows
    disabled: Rows
    poverty: Rows
    register: Rows
    firms: Rows
    credit: Rows
    layoff_reports: Rows
    ads: Rows
    seekers: Rows


LAYOUTS: dict[str, _Fields] = {
    "hires": HIRE,
    "separations": SEPARATION,
    "employment": EMPLOYMENT,
    "unemployment": UNEMPLOYMENT,
    "filings": FILING,
    "benefits": BENEFIT,
    "hardship": HARDSHIP,
    "welfare_posts": WELFARE_POST,
    "trainings": TRAINING,
    "certificates": CERTIFICATE,
    "subsidies": SUBSIDY,
    "loans": LOAN,
    "deaths": DEATH,
    "moves": MOVE,
    "ledger": LEDGER,
    "enrolments": ENROLMENT,
    "graduates": GRADUATE,
    "veterans": VETERAN,
    "disabled": DISABLED,
    "poverty": POVERTY,
    "register": REGISTER,
    "firms": FIRM_CHANGE,
    "credit": CREDIT,
    "layoff_reports": LAYOFF_REPORT,
    "ads": AD,
    "seekers": SEEKER,
}
"""The layout of each kind of record, by its name in Events."""


def no_events() -> Events:
    """Give a month in which nothing happened."""
    return Events(**{field.name: no_rows(LAYOUTS[field.name]) for field in fields(Events)})
