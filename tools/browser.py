"""The browser of the journeys: the system's Chromium, with a Chinese font."""

import os
import shutil
import subprocess
import sys

from tools.packages import Unavailable, install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk", "libatomic1")
"""The last is what the browser's driver is linked against; a bare system lacks it."""


def find() -> str | None:
    """Give the path of an installed browser; LEYE_CHROMIUM names one outright."""
    given = os.environ.get("LEYE_CHROMIUM", "")
    if given:
        return shutil.which(given)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def has_chinese_font() -> bool:
    """Tell whether Chinese text would be drawn as text."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    listed = subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def driver_runs() -> bool:
    """Tell whether the program that drives the browser finds its libraries."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def ready() -> str:
    """Give the path of a browser, after installing it where that is allowed.

    :raises Unavailable: there is none and it cannot be installed; the text says what to do.
    """
    path = find()
    drives = driver_runs()
    if path is None or not drives or not has_chinese_font():
        try:
            install(PACKAGES, why="A browser with a Chinese font and the libraries of its driver")
        except Unavailable:
            # Tests read the page's text, so a browser without the font still serves.
            if path is None or not drives:
                raise
        path = find()
    if path is None:
        raise Unavailable("Chromium was installed, but no browser was found")
    return path
