"""Writing a received delivery: rows, persons, issues and quality, in one release."""

from leye.data.pool.catalogue import (
    DELIVERIES,
    DELIVERY_SCHEMA,
    ISSUES,
    KEPT_ISSUE_SCHEMA,
    delivery_rows,
)
from leye.data.pool.engine import ask
from leye.data.pool.files import Landed, sync_folder
from leye.data.pool.intake_desk import Confirmation, Desk, Examined, Recorded
from leye.data.pool.person_keys import append_new
from leye.data.pool.quality import QUALITY, QUALITY_SCHEMA, Quality, quality_rows
from leye.data.pool.release import DELIVERY
from leye.data.pool.source_candidates import append_candidates
from leye.data.pool.source_contract import stored_schema
from leye.data.pool.source_plan import TYPED
from leye.data.pool.source_present import LEFT_OUT, kept_rows, key_order
from leye.data.pool.source_reading import TEXTS, forget_texts
from leye.data.pool.source_totals import Totals, measures
from leye.data.pool.source_types import Kind, SourceRule
from leye.data.pool.sql import column, literal, select
from leye.data.pool.store import kept_safe
from leye.data.pool.types import Delivery, Verdict

ISSUE_TABLE = "issues"
ASIDE = "aside"
_BATCH = 122_880
_TWICE = SourceRule.DUPLICATE_KEY


def record_of(
    desk: Desk, landed: Landed, examined: Examined, confirmation: Confirmation | None
) -> Recorded:
    """Give the catalogue's record of a delivery, and its quality."""
    submission, totals, against = desk.submission, examined.totals, examined.against
    verdict = examined.judgement.verdict
    taken = verdict in (Verdict.ACCEPTED, Verdict.UNCHANGED)
    refused = totals.refused if totals else 0
    delivery = Delivery(
        id=desk.identity,
        contract=desk.contract.name,
        edition=desk.contract.edition,
        file_name=submission.file_name,
        digest=landed.digest,
        size=landed.size,
        account=submission.by.account,
        place=submission.by.place,
        at=submission.at,
        verdict=verdict,
        reason=examined.judgement.reason or (confirmation.reason if confirmation else ""),
        rows_read=totals.rows if totals else 0,
        rows_refused=refused,
        rows_flagged=totals.flagged if totals else 0,
        rows_new=against.new if against else 0,
        rows_changed=against.changed if against else 0,
        rows_same=against.same + against.repeated + against.older if against else 0,
        release=desk.change.number,
        month=submission.month,
        touched_from=against.touched_from if against else 0,
        touched_to=against.touched_to if against else 0,
        confirms=confirmation.delivery if confirmation else "",
        rows_set_aside=refused if taken else 0,
    )
    return Recorded(delivery, _measured(desk, totals, examined, delivery))


def _measured(
    desk: Desk, totals: Totals | None, examined: Examined, delivery: Delivery
) -> tuple[Quality, ...]:
    if totals is None or not totals.rows:
        return ()
    against = examined.against
    repeated = against.repeated if against else None
    return measures(desk.plan, totals, delivery, repeated=repeated)


def write(desk: Desk, recorded: Recorded, examined: Examined) -> None:
    """Write everything of a delivery and make the release.

    :raises StoreFailure: the store failed; the last good release stands.
    """
    delivery, engine, change = recorded.delivery, desk.engine, desk.change
    with kept_safe("写入"):
        if delivery.rows_set_aside:
            _seal_set_aside(desk)
        if examined.judgement.verdict is Verdict.ACCEPTED:
            if desk.contract.of_kind(Kind.IDENTITY):
                _append_persons(desk)
            forget_texts(engine)
            _append_rows(desk)
        if ask(engine, select("count(*) AS n", ISSUE_TABLE))[0]["n"]:
            origin = {"delivery": literal(delivery.id), "place": literal(delivery.place)}
            kept = select(
                {n: origin.get(n, column(n)) for n in KEPT_ISSUE_SCHEMA.names}, ISSUE_TABLE
            )
            stream = engine.con.execute(kept).to_arrow_reader(_BATCH)
            change.append(ISSUES, stream, schema=KEPT_ISSUE_SCHEMA)
        if recorded.quality:
            change.append(QUALITY, quality_rows(recorded.quality), schema=QUALITY_SCHEMA)
    change.append(DELIVERIES, delivery_rows(delivery), schema=DELIVERY_SCHEMA)
    change.commit(label=DELIVERY, at=delivery.at, delivery=delivery.id)


def _seal_set_aside(desk: Desk) -> None:
    """Keep the rows that were set aside as they were sent, sealed where they are personal."""
    folder = desk.landing.parent / ASIDE
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{desk.identity}.parquet"
    bad = select("row", TYPED, where=f"NOT ({desk.good})")
    rows = select("*", TEXTS, where=f"row IN ({bad})", order_by="row")
    plain = desk.work / "aside.parquet" if desk.contract.personal else target
    desk.engine.raw_sql(f"COPY ({rows}) TO {literal(str(plain))} (FORMAT parquet)")
    if desk.contract.personal:
        target.unlink(missing_ok=True)
        desk.pseudonymiser.seal(plain, target)
        plain.unlink()
    sync_folder(folder)
    desk.step("set_aside")


def _append_persons(desk: Desk) -> None:
    append_new(desk.change, desk.pseudonymiser, desk.engine)
    append_candidates(
        desk.contract,
        desk.identity,
        change=desk.change,
        pseudonymiser=desk.pseudonymiser,
        engine=desk.engine,
    )


def _append_rows(desk: Desk) -> None:
    contract = desk.contract
    schema = stored_schema(contract)
    twice = select("CAST(other AS BIGINT)", LEFT_OUT, where=f"why = {literal(_TWICE)}")
    marked = f"CASE WHEN row IN ({twice}) THEN flags | {_TWICE.bit} ELSE flags END"
    columns = {
        **{name: column(name) for name in schema.names},
        "delivery": literal(desk.identity),
        "flags": f"CAST({marked} AS BIGINT)",
    }
    query = select(columns, kept_rows(), order_by=key_order(contract))
    desk.change.append(
        contract.table,
        desk.engine.con.execute(query).to_arrow_reader(_BATCH),
        schema=schema,
        partitioned=True,
        key=contract.key,
        place=contract.place,
    )
