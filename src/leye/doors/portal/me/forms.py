"""What residents fill in to get in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from leye.service.identity.residents.codes import LENGTH, foreign, plain_code
from leye.service.identity.vault.numbers import is_sound, plain_number

_LONGEST = "填得太长了"


def _number_field() -> forms.CharField:
    return forms.CharField(
        label="身份证号码",
        max_length=40,
        help_text="18 位，最后一位可能是 X。只用来核对，不保存。",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "characters",
                "inputmode": "text",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "请填写身份证号码", "max_length": _LONGEST},
    )


def _password_field(label: str, autocomplete: str, *, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=256,
        strip=False,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": f"请填写{label}", "max_length": _LONGEST},
    )


_RULES = "至少 10 个字符，不要全是数字，不要用生日和身份证号码。"


class _Numbered(forms.Form):
    number = _number_field()

    def clean_number(self) -> str:
        """Refuse what is nobody's number; the check digit tells, no register is asked."""
        number = plain_number(self.cleaned_data["number"])
        if not is_sound(number):
            raise ValidationError("身份证号码有错，请对照身份证再填一次")
        return number


class _Renewed(forms.Form):
    def clean(self) -> dict[str, Any]:
        """Check that both new passwords agree."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一致")
        return data


class ResidentSignIn(_Numbered):
    """Number and password."""

    password = _password_field("密码", "current-password")


class Activation(_Renewed, _Numbered):
    """Number, code, and a password twice."""

    code = forms.CharField(
        label="开通码",
        max_length=40,
        help_text="窗口打印给您的 12 位字母和数字，大小写、横线都不要紧。",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "inputmode": "text",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "请填写开通码", "max_length": _LONGEST},
    )
    new = _password_field("新密码", "new-password", hint=_RULES)
    again = _password_field("再输入一次新密码", "new-password")
    field_order = ("number", "code", "new", "again")

    def clean_code(self) -> str:
        """Refuse what is no code by its length or letters, which is no try."""
        code = plain_code(self.cleaned_data["code"])
        if len(code) != LENGTH:
            raise ValidationError(f"开通码是 {LENGTH} 位，请对照单子再填一次")
        if wrong := foreign(code):
            raise ValidationError(
                f"开通码里没有“{wrong}”：只有大写字母和数字，没有 0、1、I、L、O，请对照单子再填一次"
            )
        return code


class OwnPassword(_Renewed):
    """The current password, and a new one twice."""

    current = _password_field("现在的密码", "current-password")
    new = _password_field("新密码", "new-password", hint=_RULES)
    again = _password_field("再输入一次新密码", "new-password")


class OwnClosing(forms.Form):
    """The current password, to close the account."""

    current = _password_field("现在的密码", "current-password")
