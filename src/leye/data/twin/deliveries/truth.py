"""The truth beside the deliveries: only tests and benches may read it.

``person_month_<yyyymm>.parquet``: the status of everybody aged 16 and over.
``facts_<yyyymm>.parquet``, of the last months: what policies ask about them (twin/facts.py).
``people.parquet``: all numbers, names and telephones. ``conflicts.parquet``: where a comparison
rule is true. ``links.parquet``: whose row it is where the row does not say so. ``flaws.parquet``:
how often each flaw happened. ``unsaid.parquet``: of whom a source keeps something back for good, a
record or the end of one. ``world.json``: what the city was made from.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from leye.data.twin.codes import COMPARISON_RULES, STATUS_CODES, Status
from leye.data.twin.deliveries.directory import Directory
from leye.data.twin.deliveries.exporters.desk import positions
from leye.data.twin.deliveries.shape import SourceShape
from leye.data.twin.deliveries.spoil import FlawCount
from leye.data.twin.deliveries.texts import PERSON, WRONG, Numbers, coded, picked
from leye.data.twin.types import World, WorldMonth

_LINKS = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("number", pa.string()),
    ]
)
_CONFLICTS = pa.schema(
    [
        ("rule", pa.string()),
        ("number", pa.string()),
        ("uscc", pa.string()),
        ("month", pa.int32()),
        ("since", pa.int32()),
        ("planted", pa.bool_()),
    ]
)
_FLAWS = pa.schema(
    [
        ("source", pa.string()),
        ("month", pa.int32()),
        ("kind", pa.string()),
        ("happened", pa.int64()),
        ("possible", pa.int64()),
    ]
)

_UNSAID = pa.schema([("source", pa.string()), ("month", pa.int32()), ("number", pa.string())])


class TruthWriter:
    """Writes the truth month by month into a folder; use as a context manager."""

    def __init__(self, folder: Path, *, directory: Directory) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._directory = directory
        self._links = pq.ParquetWriter(folder / "links.parquet", _LINKS)
        self._unwritten: list[pa.Table] = []
        self._conflicts = pq.ParquetWriter(folder / "conflicts.parquet", _CONFLICTS)
        self._unsaid = pq.ParquetWriter(folder / "unsaid.parquet", _UNSAID)
        self._flaws: list[dict[str, str | int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write_links()
        self._links.close()
        self._conflicts.close()
        self._unsaid.close()
        table = pa.Table.from_pylist(self._flaws, schema=_FLAWS)
        pq.write_table(table, self._folder / "flaws.parquet")

    def month(self, now: WorldMonth, world: World) -> None:
        """Write the true statuses, the conflicts and the links of a month."""
        self._write_links()
        table = self._statuses(now, world)
        path = self._folder / f"person_month_{now.month}.parquet"
        pq.write_table(table, path, compression="zstd", use_dictionary=_REPEATED)
        if len(now.facts):
            self._write_facts(now)
        found = now.conflicts
        self._conflicts.write_table(
            pa.Table.from_arrays(
                [
                    coded([rule.value for rule in COMPARISON_RULES], found["rule"]),
                    picked(self._directory.numbers, found["person"]),
                    picked(self._directory.credit_codes, found["firm"]),
                    pa.array(found["month"].astype(np.int32)),
                    pa.array(found["since"].astype(np.int32)),
                    pa.array(found["planted"].astype(bool)),
                ],
                schema=_CONFLICTS,
            )
        )

    def _statuses(self, now: WorldMonth, world: World) -> pa.Table:
        who = positions((now.status > Status.CHILD) & (now.status < Status.GONE))
        texts, firms = self._directory, world.firms
        employer = now.employer[who]
        divisions = [f"{number:02d}" for number in range(100)]
        division = np.where(employer < 0, -1, firms.division[employer].astype(np.int16))
        return pa.table(
            {
                "number": picked(texts.numbers, who),
                "status": coded(STATUS_CODES, now.status[who]),
                "employer": picked(texts.credit_codes, employer),
                "industry": coded(divisions, division),
                "occupation": picked(texts.occupations, now.occupation[who]),
                "workplace": picked(texts.counties, now.workplace[who]),
                "residence": picked(texts.villages, now.residence[who]),
                "job_start": pa.array(now.job_start[who]),
                "insured": pa.array(now.insured[who]),
                "wage": pa.array(now.wage[who]),
            }
        )

    def _write_facts(self, now: WorldMonth) -> None:
        facts, texts = now.facts, self._directory
        columns = {
            name: pa.array(np.ascontiguousarray(facts[name]))
            for name in facts.dtype.names or ()
            if name not in {"person", "village", "status", "workplace"}
        }
        table = pa.table(
            {
                "number": picked(texts.numbers, facts["person"]),
                "residence": picked(texts.villages, facts["village"]),
                "status": coded(STATUS_CODES, facts["status"]),
                "workplace": picked(texts.counties, facts["workplace"]),
                **columns,
            }
        )
        path = self._folder / f"facts_{now.month}.parquet"
        pq.write_table(table, path, compression="zstd", use_dictionary=["residence", "status"])

    def links(self, rows: pa.Table, *, shape: SourceShape, file: str, numbers: Numbers) -> None:
        """Write whose rows these are, of those with a person but no number of theirs.

        ``numbers`` are the row numbers as the pool counts them.
        """
        person = rows.column(PERSON).to_numpy()
        owned = person >= 0
        hidden = rows.column(WRONG).to_numpy() if shape.identity else np.ones(len(owned), bool)
        at = positions(owned & hidden)
        if len(at) == 0:
            return
        self._unwritten.append(
            pa.Table.from_arrays(
                [
                    pa.repeat(shape.source, len(at)),
                    pa.repeat(file, len(at)),
                    pa.array(numbers[at].astype(np.int64)),
                    picked(self._directory.numbers, person[at]),
                ],
                schema=_LINKS,
            )
        )

    def flaws(self, counts: list[FlawCount], *, source: str, month: int) -> None:
        """Write how often each flaw happened in a delivery, and of whom something stays unsaid."""
        persons = np.unique(np.concatenate([each.unsaid for each in counts] or [_NOBODY]))
        self._unsaid.write_table(
            pa.Table.from_arrays(
                [
                    pa.repeat(source, len(persons)),
                    pa.array(np.full(len(persons), month, dtype=np.int32)),
                    picked(self._directory.numbers, persons),
                ],
                schema=_UNSAID,
            )
        )
        self._flaws += [
            {
                "source": source,
                "month": month,
                "kind": each.kind.value,
                "happened": each.happened,
                "possible": each.possible,
            }
            for each in counts
        ]

    def _write_links(self) -> None:
        if self._unwritten:
            self._links.write_table(pa.concat_tables(self._unwritten))
        self._unwritten.clear()

    def world(self, world: World, *, flawed: bool) -> None:
        """Write what the city was made from, and everybody's number, name and telephone."""
        said: dict[str, Any] = {
            "people": world.people,
            "first_month": world.first_month,
            "months": world.month_count,
            "seed": world.seed,
            "flawed": flawed,
            "scenarios": [asdict(scenario) for scenario in world.scenarios],
        }
        text = json.dumps(said, ensure_ascii=False, indent=1)
        (self._folder / "world.json").write_text(text + "\n", encoding="utf-8")
        texts = self._directory
        people = pa.table({"number": texts.numbers, "name": texts.names, "phone": texts.phones})
        pq.write_table(people, self._folder / "people.parquet", compression="zstd")


_NOBODY = np.zeros(0, dtype=np.int64)
_REPEATED = ["status", "employer", "industry", "occupation", "workplace", "residence"]
