"""Templates: every one is used, none carries script or style of its own."""

import re

from tests.structure.tree import SOURCE, named, tracked

REFERENCE = re.compile(r"""["']([\w./-]+\.html)["']""")
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.DOTALL),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.DOTALL),
    "style element": re.compile(r"<style\b"),
    # A script element without a source is allowed as data only, which never runs.
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")", re.DOTALL
    ),
    "script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
}
# Django finds these by their names.
FOUND_BY_NAME = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}


def templates() -> dict[str, str]:
    """Give every template's text by the name that templates and views call it by."""
    return {
        str(path).rpartition("/templates/")[2]: path.read_text()
        for path in tracked()
        if path.suffix in {".html", ".svg", ".txt"}
        and path.is_relative_to(SOURCE)
        and "templates" in path.parts
    }


def test_every_template_is_used() -> None:
    used = set(FOUND_BY_NAME)
    for text in templates().values():
        used |= set(REFERENCE.findall(text))
    for path in tracked():
        if path.suffix == ".py" and path.is_relative_to(SOURCE):
            used |= set(REFERENCE.findall(path.read_text()))
    # Django's own form templates are overridden by path.
    unused = {name for name in templates() if name not in used and not name.startswith("django/")}
    assert unused == set()


def test_every_template_named_exists() -> None:
    known = set(templates())
    missing = {
        f"{name} includes {wanted}"
        for name, text in templates().items()
        for wanted in re.findall(r"{%\s*(?:include|extends)\s+[\"']([\w./-]+)[\"']", text)
        if wanted not in known and not wanted.startswith("django/")
    }
    assert missing == set()


def test_templates_carry_no_script_or_style_of_their_own() -> None:
    found = [
        f"{name}: {what}"
        for name, text in templates().items()
        for what, pattern in INLINE.items()
        if pattern.search(text)
    ]
    assert found == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    pattern = re.compile(r"(?:src|href)\s*=\s*[\"']https?://[^\"']*\.(?:js|css|woff2?|png|svg)\b")
    assert [name for name, text in templates().items() if pattern.search(text)] == []


def test_styles_load_nothing_from_elsewhere() -> None:
    sheets = [p for p in tracked() if p.suffix == ".css" and p.is_relative_to(SOURCE)]
    pattern = re.compile(r"@import|url\(\s*[\"']?https?:")
    assert [named(p) for p in sheets if pattern.search(p.read_text())] == []
