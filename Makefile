# Leye 乐业. `make run` starts the platform, `make test` runs every test.
# Needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BOOTSTRAP = $(PYTHON) tools/bootstrap.py
CHECKS = $(VENV)/bin/python -m tools.checks

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench lock boundaries clean reset-demo python

help: ## Show what there is 显示全部命令
	@echo "Leye 乐业"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

run: python ## Install what is missing, prepare the data, start the platform (PORT=8000) 启动平台
	@exec $(BOOTSTRAP) run --port $(PORT)

test: python ## Run every check and every test, on SQLite, PostgreSQL and in a browser 运行全部测试
	@$(BOOTSTRAP) install dev && exec $(CHECKS) all

check: python ## Run the quick checks only: lint, format, types, import floors, migrations 快速检查
	@$(BOOTSTRAP) install dev && exec $(CHECKS) quick

fix: python ## Format the code and fix what lint can fix 自动整理代码
	@$(BOOTSTRAP) install dev && exec $(CHECKS) fix

bench: python ## Measure speed as ratios, write build/bench.json 性能测量
	@$(BOOTSTRAP) install dev && exec $(VENV)/bin/python -m tests.bench

lock: python ## Choose the dependency versions again and write the lock files 更新依赖锁定
	@exec $(PYTHON) -m tools.lock

boundaries: python ## Add the optional county boundaries (third-party data, not redistributed) 安装可选边界数据
	@exec $(BOOTSTRAP) install boundaries

clean: ## Remove caches and build output; keep .venv and the data in var/ 清除缓存
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests tools -type d -name __pycache__ -prune -exec rm -rf {} +
	@echo "Caches removed 缓存已清除"

reset-demo: ## Throw away all data in var/ and begin anew (needs CONFIRM=yes) 清空数据重新开始
	@if [ "$(CONFIRM)" = yes ]; then rm -rf var && echo "Data in var/ removed; 'make run' makes it anew 数据已清空"; \
	else echo "This removes every delivery and account in var/. To go ahead: make reset-demo CONFIRM=yes"; \
	echo "此操作会删除 var/ 中的全部批次和账号。确认请运行：make reset-demo CONFIRM=yes"; exit 1; fi

python:
	@command -v $(PYTHON) >/dev/null || { \
	echo "Python 3.11 or newer is needed, and '$(PYTHON)' was not found. On Debian or Ubuntu: apt-get install python3"; \
	echo "需要 Python 3.11 或更高版本，没有找到 $(PYTHON)。Debian / Ubuntu：apt-get install python3"; exit 1; }
