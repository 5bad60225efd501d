"""The secret key of this installation."""

import os
import secrets
from pathlib import Path


def secret_key(path: Path) -> str:
    """Give the key kept at ``path``, made on first use and readable by its owner only.

    Several server processes may start at once: the first to create the file decides.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            # A link appears whole or not at all, so nobody reads half a key.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
