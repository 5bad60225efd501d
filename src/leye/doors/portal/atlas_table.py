"""The lines of the map's table as HTML: made here, for a template takes ten times as long."""

from html import escape

from django.utils.safestring import SafeString

from leye.doors.portal.atlas_page import Layer
from leye.doors.portal.atlas_rows import Row
from leye.doors.portal.atlas_words import ChangeWords


def rows_html(layer: Layer) -> SafeString:
    """Give the table's lines: those of the page, then what lies in no place, apart."""
    lines = [_line(row, bars=layer.bars) for row in (*layer.rows, *layer.apart)]
    return SafeString("\n".join(lines))


def _line(row: Row, *, bars: bool) -> str:
    apart = "" if row.on_map else ' class="apart"'
    rank = "—" if row.rank is None else str(row.rank)
    return (
        f'<tr{apart}><td class="number">{rank}</td><th scope="row">{_name(row)}</th>'
        f'<td class="number">{_value(row)}</td><td class="number">{_change(row.month)}</td>'
        f'<td class="number phone-hide">{_change(row.year)}</td>{_bar(row) if bars else ""}</tr>'
    )


def _name(row: Row) -> str:
    if not row.on_map:
        return escape(row.name)
    within = f' <span class="within">{escape(row.within)}</span>' if row.within else ""
    return f'<a href="{escape(row.url)}">{escape(row.name)}</a>{within}'


def _value(row: Row) -> str:
    words = escape(row.value)
    return words if row.measured is not None else f'<span class="missing">{words}</span>'


def _change(change: ChangeWords) -> str:
    share = f'<span class="share">（{escape(change.share)}）</span>' if change.share else ""
    return f"{escape(change.difference)}{share}"


def _bar(row: Row) -> str:
    if not row.on_map:
        return '<td class="phone-hide"></td>'
    return (
        '<td class="phone-hide"><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect width="{row.bar}" height="10"/></svg></td>'
    )
