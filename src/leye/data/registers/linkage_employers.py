"""Which firm an advertisement's free text means: names cut down to what tells firms apart."""

import string

import ibis
import ibis.expr.types as ir

from leye.data.registers.linkage_rows import ROW_KEY, Bench, newest
from leye.data.registers.terms import text, whole

EMPLOYER_LINKS = ibis.schema(
    {
        "source": "string",
        "delivery": "string",
        "row": "int64",
        "employer": "int64",
        "probability": "float64",
        "method": "string",
    }
)
"""Which employer a row speaks of. ``method``: ``name``, ``trade_name`` or ``trade_name_place``."""

_SURE = {"name": 1.0, "trade_name": 0.97, "trade_name_place": 0.95}
_WIDE = 0xFEE0
"""How far the full-width form of a sign lies from the plain one."""
_SIGNS = r"[\s\x{3000}\x{00a0}·・,，.。\-—_&]+"
_BRACKETS = r"\([^()]*\)"
_FORMS = (
    r"(股份有限责任公司|股份有限公司|有限责任公司|有限公司|集团公司|总公司|公司|集团)$",
    r"(个体工商户|经营部|合伙企业|普通合伙|有限合伙)$",
)
_DESKS = r"(招聘部|招聘组|人事部|人力资源部|招聘|急招|诚聘)$"
_REGIONS = r"^(中国)?(江西省|江西)?(宜春市|宜春)?"


def find_employers(bench: Bench) -> ibis.Table | None:
    """Give the links of advertisements to firms, None where nothing can be linked.

    First by the whole name; then by the trade name, where it belongs to one firm, or to one in the
    county of the job. A name that several firms share links to none of them.
    """
    ads, firms = bench.source("job_ads"), bench.source("firms")
    if ads is None or firms is None:
        return None
    links = bench.rows("employer_links")
    named = ads.select(
        "delivery", "row", "employer_name", county=ads.place.substr(0, 6), source=text("job_ads")
    )
    left = named if links is None else named.anti_join(links, list(ROW_KEY))
    wanted = bench.keep("ads", _with_names(left, left.employer_name))
    last = newest(firms.filter(firms.name.notnull()), "employer")
    known = last.select("employer", "name", county=last.place.substr(0, 6))
    names = bench.keep("firm_names", _with_names(known, known.name))
    found: list[ibis.Table] = []
    rest = wanted
    for method, keys in (
        ("name", ["full"]),
        ("trade_name", ["trade"]),
        ("trade_name_place", ["trade", "county"]),
    ):
        made = bench.keep(f"ads_{method}", _by(rest, names, keys, method))
        found.append(made)
        rest = rest.anti_join(made, list(ROW_KEY))
    return ibis.union(*found)


def _by(ads: ibis.Table, firms: ibis.Table, keys: list[str], method: str) -> ibis.Table:
    """Link what agrees with exactly one firm."""
    given = firms.filter(firms[keys[0]] != text(""))
    one = given.group_by(keys).agg(employer=given.employer.min(), many=given.employer.nunique())
    both = ads.inner_join(one.filter(one.many == whole(1)), keys)
    return both.select(
        *ROW_KEY,
        "employer",
        probability=ibis.literal(_SURE[method], type="float64"),
        method=text(method),
    )


def _with_names(rows: ibis.Table, name: ir.StringValue) -> ibis.Table:
    """Add the whole name in one spelling, and the trade name: without place, form and brackets."""
    full = plain(name)
    return rows.mutate(full=full, trade=trade_name(full))


def plain(name: ir.StringValue) -> ir.StringValue:
    """Give a name without signs and spaces, in half width."""
    narrow = name.replace("（", "(").replace("）", ")")
    for sign in string.ascii_letters + string.digits:
        narrow = narrow.replace(chr(ord(sign) + _WIDE), sign)
    return narrow.upper().re_replace(_SIGNS, "")


def trade_name(full: ir.StringValue) -> ir.StringValue:
    """Give what tells a firm apart: its name without place, legal form, brackets and desk."""
    name = full.re_replace(_BRACKETS, "").re_replace(_DESKS, "")
    for form in _FORMS:
        name = name.re_replace(form, "")
    return name.re_replace(_REGIONS, "")
