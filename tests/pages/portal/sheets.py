"""Tables of pages and of exported sheets, read back as texts."""

import csv
import io
import re
from typing import Any


def table(text: str, number: int = 0) -> list[list[str]]:
    """Give the lines of a table of the page, each as the texts of its cells."""
    body = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)[number]
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def lines_of(response: Any) -> list[dict[str, str]]:
    """Give the lines of a CSV answer, each by the heads of its columns."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
