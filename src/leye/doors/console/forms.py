"""What staff fill in."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator

from leye.data.pool.types import Verdict
from leye.data.reference import places
from leye.kernel.errors import LeyeError
from leye.kernel.place import Scope
from leye.service.identity.actions import Action
from leye.service.identity.operations import Granted
from leye.service.identity.roles import GRANTABLE, Role

_MEGABYTE = 1024 * 1024
_DAY_BOUNDS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
_DAY_BOUND_MESSAGES = dict.fromkeys(
    ("min_value", "max_value"), "日期须在 2000-01-01 至 2999-12-31 之间"
)


def _text_messages(label: str, most: int, *, required: bool = True) -> dict[str, str]:
    """Give what is said of a text that is missing, too long, or holds what cannot be typed."""
    return {
        **({"required": f"请填写{label}"} if required else {}),
        "max_length": f"{label}不能超过 {most} 个字符",
        "null_characters_not_allowed": f"{label}含有不能使用的控制字符，请重新输入",
    }


class SignInForm(forms.Form):
    """Account name and password."""

    username = forms.CharField(
        label="账号",
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages=_text_messages("账号", 64),
    )
    password = forms.CharField(
        label="密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages=_text_messages("密码", 256),
    )


class PasswordForm(forms.Form):
    """The current password, and a new one twice."""

    current = forms.CharField(
        label="当前密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages=_text_messages("当前密码", 256),
    )
    new = forms.CharField(
        label="新密码",
        max_length=256,
        strip=False,
        help_text="至少 10 个字符，不要全是数字，不要与账号或姓名相近。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=_text_messages("新密码", 256),
    )
    again = forms.CharField(
        label="再输入一次新密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={**_text_messages("新密码", 256), "required": "请再输入一次新密码"},
    )

    def clean(self) -> dict[str, Any]:
        """Check that both new ones agree."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一致")
        return data


def _too_large_text() -> str:
    return f"文件超过 {settings.LEYE_UPLOAD_LIMIT // _MEGABYTE} MB。请分成几个文件，分别报送"


class UploadForm(forms.Form):
    """A sheet of figures, and for whom it is handed in."""

    file = forms.FileField(
        label="数据文件",
        help_text="Excel（.xlsx）或 CSV 文件，不超过 20 MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "请选择要报送的文件",
            "empty": "这个文件是空的，请重新选择",
            "invalid": "没有收到文件，请重新选择",
        },
    )

    def __init__(
        self, *args: Any, submitting: tuple[str, ...], too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._too_large = too_large
        if too_large:
            # The file itself did not get here: say why, not that it is missing.
            self.fields["file"].error_messages["required"] = _too_large_text()
        if len(submitting) > 1:
            self.fields["place"] = forms.ChoiceField(
                label="报送地区",
                help_text="文件中的数据都属于这个地区。",
                choices=[(code, places().get(code).name) for code in submitting],
                error_messages={"invalid_choice": "请选择您负责报送的地区"},
            )

    def clean_file(self) -> UploadedFile | None:
        """Refuse what is too large, with the limit said."""
        file: UploadedFile | None = self.cleaned_data.get("file")
        limit = settings.LEYE_UPLOAD_LIMIT
        if self._too_large or (file is not None and (file.size or 0) > limit):
            raise ValidationError(_too_large_text(), code="too_large")
        return file


class DeliveryFilter(forms.Form):
    """Which deliveries to list."""

    verdict = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "全部"), *((v.value, v.label) for v in Verdict)],
    )


def place_choices(scope: Scope) -> list[tuple[str, str]]:
    """Give the places of the scope down to counties, each level set in under the one above."""
    found: dict[str, str] = {}
    for code in sorted(scope.places):
        top = places().get(code)
        found[top.code] = top.name
        if top.level.value in {"nation", "province"}:
            continue
        for child in places().children(code):
            if len(child.code) == 6:
                found[child.code] = f"　{child.name}"
    return list(found.items())


class GrantForm(forms.Form):
    """A role within a place: a city or county chosen, or the code of a town or village typed."""

    role = forms.ChoiceField(
        label="角色",
        choices=[("", "请选择"), *((r.value, f"{r.label}：{r.description}") for r in GRANTABLE)],
        error_messages={"required": "请选择角色", "invalid_choice": "请选择列出的角色"},
    )
    place = forms.ChoiceField(
        label="地区",
        required=False,
        help_text="市、县在这里选择；乡镇、村在下面填代码。两处填一处。",
        error_messages={"invalid_choice": "请选择列出的地区"},
    )
    place_code = forms.CharField(
        label="乡镇、村代码",
        required=False,
        max_length=12,
        help_text="乡镇填 9 位、村填 12 位统计用区划代码；填了代码就以代码为准。",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=_text_messages("乡镇、村代码", 12, required=False),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "请选择"), *place_choices(scope)]

    def clean(self) -> dict[str, Any]:
        """Give ``granted`` from either way of naming the place."""
        data = super().clean() or {}
        code = (data.get("place_code") or "").strip() or data.get("place")
        if not code:
            if "place" not in self.errors:
                self.add_error("place", "请选择地区，或填写乡镇、村代码")
        elif data.get("role"):
            data["granted"] = self._granted(data["role"], code)
        return data

    def _granted(self, role: str, code: str) -> Granted | None:
        try:
            return Granted(Role(role), places().get(code).code)
        except LeyeError as error:
            self.add_error("place_code", f"{error.detail}。{error.hint}")
            return None


class AccountForm(GrantForm):
    """A new account with its first role."""

    username = forms.CharField(
        label="账号",
        max_length=32,
        help_text="小写字母开头，3—32 个小写字母、数字、点、横线。不要用身份证号、手机号。",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages=_text_messages("账号", 32),
    )
    display_name = forms.CharField(
        label="姓名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=_text_messages("姓名", 40),
    )
    field_order = ("username", "display_name", "role", "place", "place_code")


class AccountFilter(forms.Form):
    """Which accounts to list."""

    place = forms.ChoiceField(label="地区", required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "全部"), *place_choices(scope)]


class AuditFilter(forms.Form):
    """Which audit events to list."""

    action = forms.ChoiceField(
        label="操作",
        required=False,
        choices=[("", "全部"), *((a.value, a.label) for a in Action)],
    )
    place = forms.ChoiceField(label="地区", required=False)
    since = forms.DateField(
        label="从哪天",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=_DAY_BOUNDS,
        error_messages={"invalid": "日期写作 2026-09-01", **_DAY_BOUND_MESSAGES},
    )
    until = forms.DateField(
        label="到哪天",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=_DAY_BOUNDS,
        error_messages={"invalid": "日期写作 2026-09-30", **_DAY_BOUND_MESSAGES},
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "全部"), *place_choices(scope)]

    def clean(self) -> dict[str, Any]:
        """Check the order of the days."""
        data = super().clean() or {}
        since: date | None = data.get("since")
        until: date | None = data.get("until")
        if since and until and until < since:
            self.add_error("until", "结束日期早于开始日期")
        return data
