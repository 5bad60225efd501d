"""Write the lock files anew from ``pyproject.toml``.

The resolver lives in a throwaway environment, so that it is no dependency of anything.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = {
    "requirements.lock": (),
    "requirements-boundaries.lock": ("--extra", "boundaries"),
    "requirements-spark.lock": ("--extra", "spark"),
    "requirements-dev.lock": ("--extra", "dev"),
}
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"),
)


def main() -> int:
    """Resolve each set of requirements."""
    with tempfile.TemporaryDirectory() as folder:
        print("Making a throwaway environment for the resolver 准备依赖解析工具", flush=True)
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "bin", "python"))
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"]
        subprocess.run(pip, check=True)
        for lock, extra in EXTRAS.items():
            print(f"Resolving {lock} 解析依赖", flush=True)
            command = [python, "-m", "uv", "pip", "compile", "pyproject.toml", *extra, *OPTIONS]
            subprocess.run([*command, "--upgrade", "-o", lock], check=True, cwd=ROOT)
    print("Locks written. Now run: make test 锁定文件已更新，请运行 make test")
    return 0


if __name__ == "__main__":
    sys.exit(main())
