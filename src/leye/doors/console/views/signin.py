"""Signing in and out, and changing one's own password."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from leye.doors.console.access import acting, client_address, request_number
from leye.doors.console.forms import PasswordForm, SignInForm
from leye.doors.web.residents import let_out
from leye.service.identity import operations
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.errors import (
    SignInRefused,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from leye.service.identity.models import User
from leye.service.identity.signin import check_credentials, check_current_password


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or sign in and go on to where the person was heading."""
    target = _safe_target(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return _sign_in_page(request, SignInForm(), target)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, target, status=422)
    at = timezone.now()
    try:
        user = check_credentials(
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=client_address(request),
            at=at,
            request_id=request_number(request),
        )
    except SignInRefused as error:
        form.add_error(None, f"{error.detail}。{error.hint}")
        return _sign_in_page(request, form, target, status=422)
    except TooManyAttempts as error:
        form.add_error(None, f"{error.title}。{error.detail}，{error.hint}。")
        response = _sign_in_page(request, form, target, status=429)
        return _retry_after(response, error, at=at)
    # A resident's session in this browser ends: the two never stand side by side.
    let_out(request, at=at)
    # Rotates the session key, so that a key planted before sign-in is worth nothing after.
    login(request, user)
    if user.must_change_password:
        return HttpResponseRedirect(resolve_url("console:password"))
    return HttpResponseRedirect(target)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if isinstance(request.user, User):
        actor = acting(request)
        actor.record(
            Action.SIGNED_OUT,
            place=actor.by.place,
            subject=Subject("account", actor.by.key),
        )
    logout(request)
    return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; also the page a new account is sent to first."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return _password_page(request, PasswordForm())
    form = PasswordForm(request.POST)
    if form.is_valid():
        actor = acting(request)
        try:
            check_current_password(
                by=user,
                password=form.cleaned_data["current"],
                address=client_address(request),
                at=actor.at,
                request_id=actor.request_id,
            )
            operations.change_own_password(
                by=user,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
                at=actor.at,
                request_id=actor.request_id,
            )
        except TooManyAttempts as error:
            form.add_error(None, f"{error.title}。暂时不能修改密码，{error.hint}。")
            response = _password_page(request, form, status=429)
            return _retry_after(response, error, at=actor.at)
        except WrongPassword as error:
            form.add_error("current", f"{error.title}：{error.detail}")
        except WeakPassword as error:
            form.add_error("new", f"{error.detail}。{error.hint}")
        else:
            user.refresh_from_db()
            # Other sessions of the account end; this one goes on under a new key.
            update_session_auth_hash(request, user)
            return HttpResponseRedirect(resolve_url("console:home") + "?done=password")
    return _password_page(request, form, status=422)


def _retry_after(response: HttpResponse, error: TooManyAttempts, *, at: datetime) -> HttpResponse:
    wait = max(int((error.retry_at - at).total_seconds()) + 1, 1)
    response.headers["Retry-After"] = str(wait)
    return response


def _safe_target(request: HttpRequest) -> str:
    """Give where to go after sign-in: an address of this site, else the staff home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("console:home")


def _sign_in_page(
    request: HttpRequest, form: SignInForm, target: str, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next": target}
    return render(request, "console/sign_in.html", context, status=status)


def _password_page(request: HttpRequest, form: PasswordForm, *, status: int = 200) -> HttpResponse:
    forced = isinstance(request.user, User) and request.user.must_change_password
    return render(request, "console/password.html", {"form": form, "forced": forced}, status=status)
