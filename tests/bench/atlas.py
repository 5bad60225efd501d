"""The map page under many readers, and on a slow phone, against the emptiest page.

The server is that of the pages' bench, with a serving copy of a whole city's size: every county,
town and village, every key group, three months. The numbers in it are made up; their size is right.
"""

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leye.analysis.metrics.register_figures import register_catalogue
from leye.data.reference import industries, key_groups, places
from leye.data.registers.schemas import MAP_MEASURES
from leye.kernel.place import PlaceLevel
from tests.bench.figures import Measured, median, p95, ratio_of_rounds
from tests.bench.pages import FLOORS, fetch, server
from tests.registers.serving.small import write_small

READERS = 20
REQUESTS = 15
ROUNDS = 3
MONTHS = (202312, 202411, 202412)
CITY = "360900"
PHONE = {"width": 360, "height": 800}
_SIZES = {"city": 4_000_000, "county": 400_000, "town": 20_000, "village": 1_500}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
"""Slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back."""


def measure() -> list[Measured]:
    """Time the map page."""
    with server(fill=write_city) as port:
        addresses = views(400)
        for address in addresses[:60]:
            fetch(port, address)
        crowd = _crowd(port, addresses)
        return [*crowd, *_phone(port)]


def views(count: int, *, seed: int = 4) -> list[str]:
    """Give addresses of the map of every kind: figure, group, section, level and place."""
    chance = random.Random(seed)
    indicators = list(register_catalogue())
    counties = [place.code for place in places().children(CITY)]
    groups = [entry.code for entry in key_groups().entries]
    sections = [entry.code for entry in industries().entries if entry.level == 1]
    found = []
    for _ in range(count):
        each = chance.choice(indicators)
        given = {"i": each.code, "m": str(MONTHS[-1])}
        if chance.random() < 0.5:
            given["p"] = chance.choice(counties)
        if each.groups and chance.random() < 0.3:
            given["g"] = chance.choice(groups)
        elif "industry" in each.axes and chance.random() < 0.3:
            given["by"] = f"industry:{chance.choice(sections)}"
        if chance.random() < 0.2:
            given["l"] = "town"
        found.append("/atlas/?" + "&".join(f"{name}={value}" for name, value in given.items()))
    return found


def write_city(root: Path) -> None:
    """Write a serving copy of a whole city's size into a pool."""
    write_small(root, release=1, cells={month: tuple(_cells(month)) for month in MONTHS})


def _cells(month: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(month)
    given = {name: _counts(chance, most) for name, most in _SIZES.items()}
    groups = ["all", *(entry.code for entry in key_groups().entries)]
    sections = [entry.code for entry in industries().entries if entry.level == 1]
    for level, codes in _places().items():
        for place in codes:
            for group in groups if level != "village" else ("all",):
                yield {"level": level, "place": place, "group_code": group} | chance.choice(
                    given[level]
                )
            if level in ("city", "county", "town"):
                for section in sections:
                    cut = {"axis": "industry", "code": section}
                    yield {"level": level, "place": place} | cut | chance.choice(given[level])


def _places() -> Mapping[str, list[str]]:
    levels = {"county": PlaceLevel.COUNTY, "town": PlaceLevel.TOWN, "village": PlaceLevel.VILLAGE}
    known = {
        name: [place.code for place in places().at_level(level, within=CITY)]
        for name, level in levels.items()
    }
    return {"city": [CITY], **known}


def _counts(chance: random.Random, most: int) -> list[dict[str, int]]:
    return [{name: chance.randrange(most) for name in MAP_MEASURES} for _ in range(100)]


def _crowd(port: int, addresses: Sequence[str]) -> list[Measured]:
    rounds, floors = [], []
    for number in range(ROUNDS):
        share = addresses[number::ROUNDS]
        rounds.append(_read_together(port, share))
        floors.append(_read_together(port, [FLOORS["empty"]]))
    value, floor = median([p95(each) for each in rounds]), median([p95(each) for each in floors])
    ratio = ratio_of_rounds([p95(each) for each in rounds], [p95(each) for each in floors])
    against = f"p95 of /about/ under the same {READERS} readers ({floor:.0f} ms)"
    per_second = median([len(each) / (sum(each) / READERS / 1000) for each in rounds])
    return [
        Measured("atlas_page_20_readers_p95", value, "ms", ratio, against),
        Measured("atlas_page_20_readers_rate", per_second, "pages/s", None, ""),
    ]


def _read_together(port: int, addresses: Sequence[str]) -> list[float]:
    """Give the times of readers who each ask again as soon as they are answered, in ms."""
    times: list[float] = []

    def read(reader: int) -> None:
        for turn in range(REQUESTS):
            began = time.perf_counter()
            fetch(port, addresses[(reader + turn * READERS) % len(addresses)])
            times.append((time.perf_counter() - began) * 1000)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if len(times) != READERS * REQUESTS:
        raise RuntimeError("a reader was not answered")
    return times


def _phone(port: int) -> list[Measured]:
    """Time the first drawing on a slow phone; without a browser, say so and give nothing."""
    from tools.browser import find

    path = find()
    if path is None:
        print("  no browser: the page on a slow phone is not measured 没有浏览器，跳过手机测量")
        return []
    from playwright.sync_api import sync_playwright

    pages = {"atlas": f"/atlas/?m={MONTHS[-1]}", "empty": FLOORS["empty"]}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            for name, address in pages.items():
                found[name].append(_first_drawing(browser, f"http://127.0.0.1:{port}{address}"))
        browser.close()
    drawn = {name: [seconds for seconds, _ in each] for name, each in found.items()}
    sizes = {name: median([size for _, size in each]) for name, each in found.items()}
    ratio = ratio_of_rounds(drawn["atlas"], drawn["empty"])
    floor = f"/about/ on the same phone ({median(drawn['empty']):.2f} s)"
    weight = f"/about/ ({sizes['empty']:.0f} KB)"
    return [
        Measured("atlas_phone_drawn", median(drawn["atlas"]), "s", ratio, floor),
        Measured(
            "atlas_phone_bytes", sizes["atlas"], "KB", sizes["atlas"] / sizes["empty"], weight
        ),
    ]


def _first_drawing(browser: Any, address: str) -> tuple[float, float]:
    """Give when the largest part of a page was drawn, in seconds, and its size sent, in KB."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="load")
    drawn, sent = page.evaluate(
        """() => new Promise((done) => {
          new PerformanceObserver((list) => {
            const parts = [...performance.getEntriesByType("navigation"),
              ...performance.getEntriesByType("resource")];
            const sent = parts.reduce((sum, part) => sum + part.transferSize, 0);
            done([list.getEntries().at(-1).startTime, sent]);
          }).observe({ type: "largest-contentful-paint", buffered: true });
        })"""
    )
    context.close()
    return drawn / 1000, sent / 1000
