"""The options of a select as HTML, made once for each choice: long lists are slow in templates."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options under a label, each its value and its words; a blank label for those under none."""

    label: str
    options: tuple[tuple[str, str], ...]


def options_html(groups: Iterable[OptionGroup], *, chosen: str) -> SafeString:
    """Give the options, the chosen one selected."""
    return format_html_join("", "{}", ((_group(group, chosen),) for group in groups))


def _group(group: OptionGroup, chosen: str) -> SafeString:
    inside = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, SafeString(" selected") if value == chosen else "", words)
            for value, words in group.options
        ),
    )
    if not group.label:
        return inside
    return format_html('<optgroup label="{}">{}</optgroup>', group.label, inside)
