"""Accounts of the administrator's places."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.forms import AccountFilter, AccountForm, GrantForm
from leye.doors.console.presenters import place_name, place_path
from leye.kernel.errors import Forbidden, InvalidInput, LeyeError, NotFound
from leye.kernel.place import place_prefix
from leye.service.identity import operations
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.errors import AccountExists, InvalidAccount
from leye.service.identity.models import User
from leye.service.identity.operations import Granted
from leye.service.identity.perms import scope_of
from leye.service.identity.queries import account_for, accounts_for
from leye.service.identity.roles import GRANTABLE, Permission, Role

PAGE = 50
_NOTES = {
    "granted": "角色已增加。",
    "removed": "角色已撤销。",
    "disabled": "账号已停用，正在使用的会话已结束。",
    "enabled": "账号已恢复。",
}


@staff_page(Permission.MANAGE_ACCOUNTS)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts, by place and name."""
    form = AccountFilter(request.GET, scope=scope_of(request.user, Permission.MANAGE_ACCOUNTS))
    chosen = form.cleaned_data["place"] if form.is_valid() else ""
    found = accounts_for(request.user)
    if chosen:
        found = found.filter(place__startswith=place_prefix(chosen))
    place, _, name = request.GET.get("after", "").partition(":")
    if place and name:
        found = found.filter(Q(place__gt=place) | Q(place=place, username__gt=name))
    listed = list(found[: PAGE + 1])
    shown = listed[:PAGE]
    context = {
        "form": form,
        "place": chosen,
        "lines": [_line(user) for user in shown],
        "next": f"{shown[-1].place}:{shown[-1].username}" if len(listed) > PAGE else "",
        "paged": bool(place and name),
    }
    return render(request, "console/accounts.html", context)


@staff_page(Permission.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made")
def account_new(request: HttpRequest) -> HttpResponse:
    """Open an account, and show its password this once."""
    scope = scope_of(request.user, Permission.MANAGE_ACCOUNTS)
    if request.method != "POST":
        return render(request, "console/account_new.html", {"form": AccountForm(scope=scope)})
    form = AccountForm(request.POST, scope=scope)
    if form.is_valid():
        actor, granted = acting(request), form.cleaned_data["granted"]
        try:
            made = operations.create_account(
                username=form.cleaned_data["username"],
                display_name=form.cleaned_data["display_name"],
                place=granted.place,
                grants=[granted],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except (AccountExists, InvalidAccount) as error:
            form.add_error("username", _words(error))
        except (InvalidInput, NotFound, Forbidden) as error:
            form.add_error("place", _words(error))
        else:
            return _issued_page(request, made.user, made.password, new=True)
    return render(request, "console/account_new.html", {"form": form}, status=422)


@staff_page(Permission.MANAGE_ACCOUNTS)
@require_safe
def account(request: HttpRequest, key: str) -> HttpResponse:
    """Show one account with its roles."""
    user, actor = account_for(request.user, key), acting(request)
    actor.record(Action.ACCOUNT_OPENED, place=user.place, subject=Subject("account", user.key))
    scope = scope_of(request.user, Permission.MANAGE_ACCOUNTS)
    return _account_page(request, user, GrantForm(scope=scope))


@staff_page(Permission.MANAGE_ACCOUNTS)
@require_POST
def account_grants(request: HttpRequest, key: str) -> HttpResponse:
    """Add a role to the account, or take one away."""
    user, actor = account_for(request.user, key), acting(request)
    if request.POST.get("do") == "remove":
        removed = _posted_grant(request)
        operations.change_grants(
            user=user, by=actor.by, at=actor.at, remove=[removed], request_id=actor.request_id
        )
        return _back(user, "removed")
    form = GrantForm(request.POST, scope=scope_of(request.user, Permission.MANAGE_ACCOUNTS))
    if form.is_valid():
        try:
            operations.change_grants(
                user=user,
                by=actor.by,
                at=actor.at,
                add=[form.cleaned_data["granted"]],
                request_id=actor.request_id,
            )
        except (InvalidInput, NotFound, Forbidden) as error:
            form.add_error("place", _words(error))
        else:
            return _back(user, "granted")
    return _account_page(request, user, form, status=422)


@staff_page(Permission.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("password")
def account_password(request: HttpRequest, key: str) -> HttpResponse:
    """Ask first; on POST give the account a new password, and show it this once."""
    user, actor = account_for(request.user, key), acting(request)
    if request.method != "POST":
        return render(request, "console/account_password.html", {"account": _line(user)})
    password = operations.reset_password(
        user=user, by=actor.by, at=actor.at, request_id=actor.request_id
    )
    return _issued_page(request, user, password, new=False)


@staff_page(Permission.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
def account_active(request: HttpRequest, key: str) -> HttpResponse:
    """Ask first; on POST disable the account, or enable it again."""
    user, actor = account_for(request.user, key), acting(request)
    if request.method != "POST":
        return render(request, "console/account_active.html", {"account": _line(user)})
    disable = request.POST.get("do") == "disable"
    change = operations.disable_account if disable else operations.enable_account
    change(user=user, by=actor.by, at=actor.at, request_id=actor.request_id)
    return _back(user, "disabled" if disable else "enabled")


def _posted_grant(request: HttpRequest) -> Granted:
    role = request.POST.get("role", "")
    if role not in {each.value for each in GRANTABLE}:
        raise InvalidInput("没有这个角色", hint="请返回账号页重试")
    return Granted(Role(role), request.POST.get("place", ""))


def _account_page(
    request: HttpRequest, user: User, form: GrantForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "account": _line(user),
        "grants": [
            {
                "role": role.value,
                "label": role.label,
                "description": role.description,
                "code": place,
                "place": place_path(place),
            }
            for role, place in user.held
        ],
        "form": form,
        "own": user == request.user,
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/account.html", context, status=status)


def _issued_page(request: HttpRequest, user: User, password: str, *, new: bool) -> HttpResponse:
    context = {"account": _line(user), "password": password, "new": new}
    return render(request, "console/account_issued.html", context)


def _back(user: User, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('console:account', user.key)}?done={done}")


def _line(user: User) -> dict[str, object]:
    roles = [f"{role.label}（{place_name(place)}）" for role, place in user.held]
    return {
        "key": user.key,
        "username": user.username,
        "display_name": user.display_name,
        "place": place_path(user.place),
        "roles": "、".join(roles) or "没有角色",
        "active": user.is_active,
        "must_change_password": user.must_change_password,
        "last_login": user.last_login,
    }


def _words(error: LeyeError) -> str:
    return f"{error.title}：{error.detail}" + (f"。{error.hint}" if error.hint else "")
