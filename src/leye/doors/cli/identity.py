"""``leye identity``: the keys of the identity vault.

Whoever can run this on the machine administers it: no permission is asked.
"""

import argparse
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands

_STEPS = {
    "keys_added": "已生成新密钥",
    "records_copied": "身份记录已用新密钥重新加密",
    "new_tokens_added": "数据池已加入新假名",
    "new_key_in_use": "新密钥已启用",
    "old_tokens_removed": "旧假名已清除",
    "old_records_removed": "旧身份记录已清除",
    "files_sealed_anew": "存档文件已换用新密钥",
    "old_keys_removed": "旧密钥已销毁",
}


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser(
        "identity", help="身份库：密钥状态、密钥轮换", description="身份库：密钥状态、密钥轮换"
    )
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    for name, run, text in (
        ("status", show_status, "显示密钥版本和身份记录数"),
        ("rotate-keys", rotate, "轮换密钥；中断后再次运行即可接着完成"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.set_defaults(run=run)


def show_status(_chosen: argparse.Namespace) -> int:
    """Print which key versions are in use and how many persons are kept."""
    start_django()
    from leye.service.identity.vault import tables
    from leye.service.identity.vault.vault import vault

    ring = vault().ring
    print(f"假名密钥第 {ring.pseudonym_version} 版，数据密钥第 {ring.data_version} 版")
    print(f"身份记录 {tables.count()} 条")
    if len(ring.pseudonym) > 1:
        print("有一次轮换没有完成：请运行 python -m leye identity rotate-keys")
    return 0


def rotate(_chosen: argparse.Namespace) -> int:
    """Rotate the keys, or finish a rotation that was cut short."""
    start_django()
    from django.utils import timezone

    from leye.doors.web.reading import pool
    from leye.service.identity.vault.rotation import rotate_keys
    from leye.service.identity.vault.vault import vault

    done = rotate_keys(
        vault=vault(),
        ledger=pool().ledger,
        by=None,
        at=timezone.now(),
        done=lambda step: print(f"  {_STEPS[step]}", flush=True),
    )
    print(
        f"密钥轮换完成，现为第 {done.key_version} 版；"
        f"身份记录 {done.persons} 条，存档文件 {done.files} 个"
    )
    print("  请备份新的密钥文件；以前的备份仍须用当时的密钥文件恢复")
    return 0
