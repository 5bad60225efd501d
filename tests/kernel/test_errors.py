"""Every expected failure of the platform has a code of its own and Chinese words."""

import importlib
import pkgutil
import re
from collections import defaultdict

import leye
from leye.kernel.errors import LeyeError, NotFound, UnknownCode, near_matches

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def every_error() -> set[type[LeyeError]]:
    for module in pkgutil.walk_packages(leye.__path__, "leye."):
        # Migrations hold no errors, and the command line and the server start when imported.
        if ".migrations" not in module.name and not module.name.endswith(("__main__", "wsgi")):
            importlib.import_module(module.name)
    found: set[type[LeyeError]] = set()
    waiting: list[type[LeyeError]] = [LeyeError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting.extend(kind.__subclasses__())
    return {kind for kind in found if kind.__module__.startswith("leye.")}


def test_codes_are_unique() -> None:
    by_code = defaultdict(list)
    for kind in every_error():
        by_code[kind.code].append(kind.__qualname__)
    assert {code: names for code, names in by_code.items() if len(names) > 1} == {}


def test_codes_are_plain_words_and_titles_chinese() -> None:
    errors = every_error()
    assert len(errors) > 10
    for kind in errors:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.code), kind
        assert CHINESE.search(kind.title), kind
        assert "code" in vars(kind), f"{kind} inherits its code"
        assert kind.__doc__, kind


def test_an_error_says_what_was_found_and_what_to_do() -> None:
    error = LeyeError("文件是空的", hint="请检查后再传")
    assert str(error) == "操作没有完成：文件是空的（请检查后再传）"
    assert (error.detail, error.hint) == ("文件是空的", "请检查后再传")
    assert str(LeyeError("文件是空的")) == "操作没有完成：文件是空的"


def test_an_unknown_code_names_what_it_might_have_been() -> None:
    error = UnknownCode("指标", "城镇新增就业人", near=("城镇新增就业人数",))
    assert isinstance(error, NotFound)
    assert "城镇新增就业人数" in error.hint
    assert "城镇新增就业人”" in error.detail
    assert UnknownCode("指标", "x").hint


def test_near_matches_are_few_and_known() -> None:
    known = ["袁州区", "樟树市", "丰城市", "高安市", "靖安县"]
    assert near_matches("袁州", known) == ("袁州区",)
    assert near_matches("丰成市", known)[0] == "丰城市"
    assert near_matches("", known) == ()
    assert near_matches("xyz", known) == ()
    assert near_matches("袁州区" * 1000, known) == (), "what is that long is no misspelling"
    assert len(near_matches("市", known, most=2)) == 2
    assert near_matches("袁州区", [*known, *known]).count("袁州区") == 1
    assert near_matches("ZZ", ("", "C")) == (), "what has no code looks like nothing"
