"""A walk through the questionnaire."""

import pytest
from django.test import Client

from tests.pages.portal.policies.walking import Walk


@pytest.fixture
def walk(public: Client) -> Walk:
    return Walk(public)
