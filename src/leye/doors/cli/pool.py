"""``leye pool``: data versions, deliveries, and whether everything recorded is still there."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django

if TYPE_CHECKING:
    from leye.data.pool import Delivery, Snapshot
    from leye.data.pool.release import Release
    from leye.doors.cli.steps import Commands

PAGE = 500


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser(
        "pool", help="数据池：数据版本、批次、核验", description="数据池：数据版本、批次、核验"
    )
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    for name, run, text in (
        ("releases", list_releases, "列出数据版本，最近的在前"),
        ("deliveries", list_deliveries, "列出数据交换批次，最近的在前"),
    ):
        listing = actions.add_parser(name, help=text, description=text)
        listing.add_argument("--limit", type=int, default=20, metavar="条数", help="默认 20")
        listing.set_defaults(run=run)
    verify = actions.add_parser(
        "verify", help="核验每个数据版本的文件和行数", description="核验每个数据版本的文件和行数"
    )
    verify.set_defaults(run=verify_pool)


def list_releases(chosen: argparse.Namespace) -> int:
    """Print the latest data versions."""
    start_django()
    from django.utils.timezone import localtime

    latest = _snapshot().release
    for number in range(latest, max(latest - chosen.limit, 0), -1):
        found = _release(number)
        if found is None or found.created_at is None:
            print(f"{number}\t清单缺失，请运行 python -m leye pool verify")
        else:
            at = localtime(found.created_at)
            print(f"{number}\t{at:%Y-%m-%d %H:%M}\t{_made_by(found)}")
    if not latest:
        print("还没有数据")
    return 0


def list_deliveries(chosen: argparse.Namespace) -> int:
    """Print the latest deliveries."""
    start_django()
    from django.utils.timezone import localtime

    from leye.data.reference import places
    from leye.kernel.place import EVERYWHERE

    found = _snapshot().deliveries(EVERYWHERE, limit=max(chosen.limit, 1))
    for each in found:
        counts = f"新增 {each.rows_new}，更正 {each.rows_changed}，无变化 {each.rows_same}"
        if each.rows_refused:
            counts = f"有错误 {each.rows_refused}"
        print(
            f"{each.id}\t{localtime(each.at):%Y-%m-%d %H:%M}\t{each.verdict.label}"
            f"\t{places().get(each.place).name}\t读到 {each.rows_read} 行，{counts}"
        )
    if not found:
        print("还没有批次")
    return 0


def verify_pool(_chosen: argparse.Namespace) -> int:
    """Check every data version; print what is wrong and give 1 if anything is."""
    start_django()
    latest = _snapshot().release
    wrong = list(_missing_files(latest)) or list(_wrong_counts(_snapshot()))
    for line in wrong:
        print(f"  {line}")
    if wrong:
        print(f"发现 {len(wrong)} 处问题，请从备份恢复")
        return 1
    print(f"{latest} 个数据版本的文件都在，行数一致，原始文件完好")
    return 0


def _snapshot() -> "Snapshot":
    from leye.doors.web.reading import pool

    return pool().snapshot()


def _release(number: int) -> "Release | None":
    from leye.data.pool.release import Releases
    from leye.doors.web.reading import pool

    return Releases(pool().root).get(number)


def _made_by(release: "Release") -> str:
    words = {"build": "生成登记库", "linkage": "数据关联", "rekey": "更换假名"}
    return f"批次 {release.delivery}" if release.delivery else words.get(release.label, "系统整理")


def _missing_files(latest: int) -> Iterator[str]:
    """Say which manifests, and which files of the table versions they pin, are gone."""
    from leye.data.pool import StoreFailure
    from leye.data.pool.store import Store
    from leye.doors.web.reading import pool

    store = Store(pool().root / "tables")
    looked_at: set[tuple[str, int]] = set()
    for number in range(1, latest + 1):
        release = _release(number)
        if release is None:
            yield f"数据版本 {number}：清单缺失"
            continue
        for table, version in release.versions.items():
            if (table, version) in looked_at:
                continue
            looked_at.add((table, version))
            try:
                files = store.files(table, version)
            except StoreFailure:
                yield f"数据版本 {number}：表 {table} 的第 {version} 版读不出来"
                continue
            for file in files:
                if not Path(file.removeprefix("file://")).exists():
                    yield f"数据版本 {number}：表 {table} 缺少文件 {Path(file).name}"


def _wrong_counts(snapshot: "Snapshot") -> Iterator[str]:
    """Say which deliveries have other rows in the pool, or another file, than was recorded."""
    from leye.data.pool import Verdict
    from leye.kernel.place import EVERYWHERE

    kept = _rows_by_delivery(snapshot)
    deliveries = list(_all_deliveries(snapshot))
    made = sum(
        1 for each in map(_release, range(1, snapshot.release + 1)) if each and each.delivery
    )
    if len(deliveries) != made:
        yield f"有 {made} 个数据版本由批次产生，却有 {len(deliveries)} 个批次"
    for each in deliveries:
        accepted = each.verdict is Verdict.ACCEPTED
        recorded = each.rows_new + each.rows_changed if accepted else 0
        if kept.get(each.id, 0) != recorded:
            yield f"批次 {each.id}：应有 {recorded} 行，实有 {kept.get(each.id, 0)} 行"
        if each.digest:
            yield from _wrong_original(each, snapshot.landed_file(each.id, scope=EVERYWHERE))


def _wrong_original(delivery: "Delivery", file: Path) -> Iterator[str]:
    """Say whether the file of a delivery is gone or not as it came; a sealed one is opened."""
    from leye.data.pool.files import digest_of, work_folder
    from leye.data.pool.source_contract import source_contracts
    from leye.doors.web.reading import pool
    from leye.kernel.errors import LeyeError
    from leye.service.identity.vault.vault import vault

    if not file.exists():
        yield f"批次 {delivery.id}：原始文件缺失"
        return
    source = source_contracts().get(delivery.contract)
    with work_folder(pool().ledger.work) as folder:
        content = file
        if source is not None and source.personal:
            content = folder / "content"
            try:
                vault().open_sealed(file, content)
            except (LeyeError, OSError):
                yield f"批次 {delivery.id}：封存的原始文件打不开"
                return
        if digest_of(content) != delivery.digest:
            yield f"批次 {delivery.id}：原始文件与接收时不同"


def _rows_by_delivery(snapshot: "Snapshot") -> dict[str, int]:
    from leye.data.pool import contracts
    from leye.data.pool.source_contract import source_contracts
    from leye.kernel.place import EVERYWHERE

    tables = [snapshot.rows(each.table, scope=EVERYWHERE) for each in contracts().values()]
    sources = [s.table for s in source_contracts().values() if snapshot.months_of(s.table)]
    tables += [snapshot.months(table, None) for table in sources]
    counts: dict[str, int] = {}
    for rows in tables:
        counted = rows.group_by("delivery").agg(rows=rows.count()).to_pyarrow().to_pylist()
        counts |= {line["delivery"]: line["rows"] for line in counted}
    return counts


def _all_deliveries(snapshot: "Snapshot") -> "Iterator[Delivery]":
    from leye.kernel.place import EVERYWHERE

    before: str | None = None
    while found := snapshot.deliveries(EVERYWHERE, limit=PAGE, before=before):
        yield from found
        before = found[-1].id
