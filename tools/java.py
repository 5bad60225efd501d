"""The Java that Apache Spark runs on: the system's, 17 or newer."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.packages import Unavailable, install

PACKAGES = ("openjdk-17-jre-headless",)
OLDEST = 17


def find() -> str | None:
    """Give the path of an installed Java new enough; JAVA_HOME names one outright."""
    home = os.environ.get("JAVA_HOME", "")
    path = shutil.which(str(Path(home, "bin", "java"))) if home else shutil.which("java")
    return path if path and version(path) >= OLDEST else None


def version(path: str) -> int:
    """Give the major version of a Java, 0 when it does not say."""
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else 0


def ready() -> str:
    """Give the path of a Java, after installing it where that is allowed.

    :raises Unavailable: there is none and it cannot be installed; the text says what to do.
    """
    path = find()
    if path is None:
        install(PACKAGES, why=f"Java {OLDEST} or newer, which Spark runs on,")
        path = find()
    if path is None:
        raise Unavailable(f"Java was installed, but none of version {OLDEST} was found")
    return path
