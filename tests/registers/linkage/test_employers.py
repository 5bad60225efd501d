"""Free texts of employers find their firm, or are left alone."""

from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from leye.data.registers.linkage import link
from leye.data.registers.linkage_employers import plain, trade_name
from tests.registers.linkage.town import links_of, pool_with, table
from tests.samples import AT

_FIRMS = {
    11: ("江西金锂新材料有限公司", "360902001"),
    12: ("宜春市润泽商贸有限公司", "360902001"),
    13: ("樟树市润泽商贸有限公司", "360982001"),
    14: ("江西康安药业股份有限公司", "360982001"),
    15: ("江西康安药业有限公司", "360902001"),
}


def firms() -> pa.Table:
    return table(
        "firms",
        {
            "employer": list(_FIRMS),
            "name": [name for name, _ in _FIRMS.values()],
            "place": [place for _, place in _FIRMS.values()],
        },
    )


@pytest.mark.parametrize(
    ("written", "county", "firm"),
    [
        ("江西金锂新材料有限公司", "360981", 11),
        ("江西 金锂新材料有限公司", "360902", 11),
        ("金锂新材料", "360902", 11),
        ("宜春金锂新材料", "360902", 11),
        ("金锂新材料公司（急招）", "360902", 11),
        ("江西金锂新材料有限公司招聘部", "360902", 11),
        ("康安药业", "360982", 14),
        ("康安药业", "360902", 15),
        ("康安药业", "360921", None),
        ("江西康安药业股份有限公司", "360902", 14),
        ("银锂新材料", "360902", None),
        ("有限公司", "360902", None),
    ],
)
def test_an_advertisers_text_means_one_firm_or_none(
    tmp_path: Path, written: str, county: str, firm: int | None
) -> None:
    ads = table("job_ads", {"ad": ["A1"], "employer_name": [written], "place": [county]})
    pool = pool_with(tmp_path, {"firms": firms(), "job_ads": ads})
    link(pool, at=AT)
    found = [row["employer"] for row in links_of(pool, "employer_links")]
    assert found == ([] if firm is None else [firm])


def test_an_ad_is_linked_once(tmp_path: Path) -> None:
    ads = table("job_ads", {"ad": ["A1"], "employer_name": ["金锂新材料"], "place": ["360902"]})
    pool = pool_with(tmp_path, {"firms": firms(), "job_ads": ads})
    link(pool, at=AT)
    link(pool, at=AT)
    assert len(links_of(pool, "employer_links")) == 1


@pytest.mark.parametrize(
    ("written", "trade"),
    [
        ("江西省宜春市金锂新材料（集团）有限公司", "金锂新材料"),
        ("ＡＢＣ贸易有限公司", "ABC贸易"),
        ("宜春市老王餐馆(个体工商户)", "老王餐馆"),
        ("公司", ""),
    ],
)
def test_a_trade_name_is_what_tells_firms_apart(written: str, trade: str) -> None:
    cut = trade_name(plain(ibis.literal(written))).name("cut")
    assert ibis.duckdb.connect().to_pyarrow(cut).as_py() == trade
