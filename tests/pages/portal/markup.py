"""What every page's HTML must be."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_CONTROLS = {"input", "select", "textarea"}
_UNLABELED = {"hidden", "submit", "button"}
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Page(HTMLParser):
    """A page taken apart; ``faults`` says in words what is wrong with it."""

    text: str
    faults: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._labels: set[str] = set()
        self._controls: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self._tables: list[bool] = []
        self.feed(self.text)
        self._conclude()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        self._look_for_own(tag, given)
        self._look_at_table(tag, given)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(tag)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "label":
            self._labels.add(given.get("for", ""))
        if tag in _CONTROLS and given.get("type") not in _UNLABELED:
            self._controls.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        opened = self._open.pop() if self._open else "nothing"
        if opened != tag:
            self.faults.append(f"<{opened}> closed by </{tag}>")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.title += data

    def _look_for_own(self, tag: str, given: dict[str, str]) -> None:
        if "style" in given or tag == "style":
            self.faults.append(f"style of its own: {tag}")
        self.faults += [f"script of its own: {n}" for n in given if n.startswith("on")]
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.faults.append("inline script")
        if tag == "html" and not given.get("lang", "").startswith("zh"):
            self.faults.append("no language")

    def _look_at_table(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table":
            self._tables.append(False)
        if tag == "caption":
            self._tables[-1] = True
        if tag == "th" and "scope" not in given:
            self.faults.append("th without scope")

    def _conclude(self) -> None:
        if self.headings.count("h1") != 1 or self.headings[0] != "h1":
            self.faults.append(
                f"headings begin {self.headings[:3]}, h1 {self.headings.count('h1')}"
            )
        self.faults += [f"id twice: {i}" for i in set(self.ids) if self.ids.count(i) > 1]
        for tag, given in self._controls:
            if given.get("id") not in self._labels and "aria-label" not in given:
                self.faults.append(f"{tag} {given.get('name')} without label")
        if not all(self._tables):
            self.faults.append("table without caption")
        if self._open:
            self.faults.append(f"left open: {self._open}")
        if not self.title.strip(" ·\n乐业"):
            self.faults.append("no title")
        if "None" in self.text or "Figure(" in self.text:
            self.faults.append("a Python value shown as it is")
