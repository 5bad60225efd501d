"""Somebody who fills in the questionnaire page by page."""

import html
import re
from typing import Any

from django.test import Client

from leye.decision.policy import fact

CHECK, FIRM = "/policies/check/", "/policies/firm/"


class Walk:
    """Somebody who fills in the questionnaire page by page."""

    def __init__(self, client: Client, address: str = CHECK) -> None:
        self.client, self.address = client, address
        self.response = client.get(address)

    @property
    def text(self) -> str:
        return self.response.content.decode()

    @property
    def state(self) -> str:
        found = re.search(r'name="state" value="([^"]*)"', self.text)
        assert found, self.text[:500]
        return html.unescape(found[1])

    @property
    def asked(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text)
        assert found
        return html.unescape(found[1])

    def press(self, do: str, *, status: int = 200, **fields: Any) -> "Walk":
        given = {"state": self.state, "do": do, **fields}
        self.response = self.client.post(self.address, given)
        assert self.response.status_code == status, self.text[:500]
        return self

    def to(self, name: str) -> "Walk":
        """Go on to a question: nothing ticked on lists, all else skipped."""
        for _ in range(60):
            if self.asked == fact(name).question:
                return self
            self.press("answer" if 'name="yes"' in self.text else "skip")
        raise AssertionError(f"{name} was not asked")
