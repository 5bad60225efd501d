"""Getting in as a resident and out again, and looking after one's account."""

from datetime import datetime

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from leye.data.registers.queries import person_of
from leye.doors.portal.me.access import Resident, knocking_of, open_page, resident_page
from leye.doors.portal.me.forms import Activation, OwnClosing, OwnPassword, ResidentSignIn
from leye.doors.web.reading import pool
from leye.doors.web.residents import forget, go_on, let_in, let_out, resident_of
from leye.service.identity.errors import (
    SignInRefused,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from leye.service.identity.residents.operations import change_own_password, close_own
from leye.service.identity.residents.signin import activate, check_own_password, prove
from leye.service.identity.vault.vault import vault

_NOTES = {
    "ended": "为保护您的信息，已自动退出，请重新登录。",
    "left": "已退出登录。",
    "closed": "网上查看已注销。以后想再用，请本人带身份证到窗口办理。",
}


@sensitive_post_parameters()
@sensitive_variables()
@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or let a person in who has a password."""
    at, form = timezone.now(), ResidentSignIn(request.POST or None)
    if request.method != "POST" and resident_of(request, at=at) is not None:
        return HttpResponseRedirect(resolve_url("me:home"))
    if request.method == "POST" and form.is_valid():
        snapshot = pool().snapshot()
        try:
            account = prove(
                number=form.cleaned_data["number"],
                password=form.cleaned_data["password"],
                knocking=knocking_of(request, at=at),
                vault=vault(),
                person_of=lambda token: person_of(snapshot, token),
            )
        except SignInRefused as error:
            form.add_error(None, f"{error.detail}。{error.hint}。")
        except TooManyAttempts as error:
            return _paused(request, "portal/me_sign_in.html", form, error, at=at)
        else:
            let_in(request, account, at=at)
            return HttpResponseRedirect(resolve_url("me:home"))
    note = next((words for name, words in _NOTES.items() if name in request.GET), "")
    return _page(request, "portal/me_sign_in.html", form, note=note)


@sensitive_post_parameters()
@sensitive_variables()
@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def activation(request: HttpRequest) -> HttpResponse:
    """Show the form, or let a person in who has a code, with the password they chose."""
    at, form = timezone.now(), Activation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        snapshot = pool().snapshot()
        try:
            account = activate(
                number=form.cleaned_data["number"],
                code=form.cleaned_data["code"],
                password=form.cleaned_data["new"],
                knocking=knocking_of(request, at=at),
                vault=vault(),
                person_of=lambda token: person_of(snapshot, token),
            )
        except WeakPassword as error:
            form.add_error("new", f"{error.detail}。{error.hint}")
        except SignInRefused as error:
            form.add_error(None, f"{error.detail}。{error.hint}。")
        except TooManyAttempts as error:
            return _paused(request, "portal/me_activate.html", form, error, at=at)
        else:
            let_in(request, account, at=at)
            return HttpResponseRedirect(resolve_url("me:home") + "?done=in")
    return _page(request, "portal/me_activate.html", form)


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    let_out(request, at=timezone.now())
    return HttpResponseRedirect(resolve_url("me:sign_in") + "?left=1")


@sensitive_post_parameters()
@sensitive_variables()
@resident_page
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Change one's own password; every other session ends."""
    form = OwnPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _check_own(request, resident, form)
            account = change_own_password(
                by=resident.account,
                new=form.cleaned_data["new"],
                at=resident.at,
                request_id=resident.request_id,
            )
        except WrongPassword as error:
            form.add_error("current", f"{error.title}：{error.detail}")
        except WeakPassword as error:
            form.add_error("new", f"{error.detail}。{error.hint}")
        except TooManyAttempts as error:
            return _paused(request, "portal/me_password.html", form, error, at=resident.at)
        else:
            go_on(request, account, at=resident.at)
            return HttpResponseRedirect(resolve_url("me:home") + "?done=password")
    return _page(request, "portal/me_password.html", form)


@sensitive_post_parameters()
@sensitive_variables()
@resident_page
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Close one's own account, the password typed again."""
    form = OwnClosing(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _check_own(request, resident, form)
        except WrongPassword as error:
            form.add_error("current", f"{error.title}：{error.detail}")
        except TooManyAttempts as error:
            return _paused(request, "portal/me_close.html", form, error, at=resident.at)
        else:
            close_own(by=resident.account, at=resident.at, request_id=resident.request_id)
            forget(request)
            return HttpResponseRedirect(resolve_url("me:sign_in") + "?closed=1")
    return _page(request, "portal/me_close.html", form)


def _check_own(request: HttpRequest, resident: Resident, form: Form) -> None:
    check_own_password(
        by=resident.account,
        password=form.cleaned_data["current"],
        knocking=knocking_of(request, at=resident.at),
    )


def _paused(
    request: HttpRequest, template: str, form: Form, error: TooManyAttempts, *, at: datetime
) -> HttpResponse:
    form.add_error(None, f"{error.title}。{error.detail}，{error.hint}。")
    response = _page(request, template, form, status=429)
    wait = max(int((error.retry_at - at).total_seconds()) + 1, 1)
    response.headers["Retry-After"] = str(wait)
    return response


def _page(
    request: HttpRequest, template: str, form: Form, *, note: str = "", status: int = 0
) -> HttpResponse:
    code = status or (422 if form.errors else 200)
    return render(request, template, {"form": form, "note": note}, status=code)
