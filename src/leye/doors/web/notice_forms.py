"""What somebody fills in to report a layoff or an emergency, and to add a document."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from leye.kernel.errors import LeyeError
from leye.service.identity.errors import InvalidText
from leye.service.monitoring.errors import InvalidNotice
from leye.service.monitoring.notices.enums import (
    DocumentKind,
    EmergencyKind,
    LayoffReason,
    NoticeKind,
)
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.rules import MOST_NAME, MOST_TEXT, NoticeFields

_MEGABYTE = 1024 * 1024


def _day(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": f"请填写{label}", "invalid": "日期写作 2026-09-01"},
        **kwargs,
    )


def _count(label: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": f"请填写{label}", "invalid": f"{label}要写整数"},
        **kwargs,
    )


class NoticeForm(forms.Form):
    """A layoff or an emergency; ``fields_of`` gives what it says once it is valid."""

    firm = forms.CharField(
        label="单位名称",
        max_length=MOST_NAME,
        error_messages={"required": "请填写单位名称", "max_length": "单位名称太长"},
    )
    persons = _count("涉及人数")
    staff = _count("职工总数", required=False, help_text="不知道可以空着。")
    day = _day("日期")
    reason = forms.ChoiceField(
        label="原因",
        error_messages={"required": "请选择原因", "invalid_choice": "请选择列出的原因"},
    )
    text = forms.CharField(
        label="情况说明",
        max_length=MOST_TEXT,
        help_text="发生了什么、涉及哪些岗位、打算怎么办。不要写任何人的姓名、证件号码和手机号。",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明情况", "max_length": f"最多 {MOST_TEXT} 个字"},
    )

    def __init__(self, *args: Any, kind: NoticeKind, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        layoff = kind is NoticeKind.LAYOFF
        known = LayoffReason if layoff else EmergencyKind
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)
        reason.label = "裁员原因" if layoff else "发生了什么"
        reason.choices = [("", "请选择"), *((each.value, each.label) for each in known)]
        self.fields["persons"].label = "拟裁减人数" if layoff else "涉及人数"
        self.fields["day"].label = "拟裁减日期" if layoff else "发生日期"
        if layoff:
            self.fields["explained_on"] = _day(
                "向工会或者全体职工说明情况的日期",
                required=False,
                help_text="还没有说明就空着。法律要求提前30日。",
            )
            self.fields["heard"] = forms.BooleanField(
                label="已经听取工会或者职工的意见", required=False
            )
        if named:
            del self.fields["firm"]
        self.order_fields(
            ["place", "firm", "persons", "staff", "day", "reason", "explained_on", "heard", "text"]
        )

    def fields_of(self, *, firm: str = "") -> NoticeFields:
        """Give what was filled in; only of a form that is valid."""
        data = self.cleaned_data
        return NoticeFields(
            kind=self.kind,
            firm=firm or data["firm"],
            persons=data["persons"],
            day=data["day"],
            reason=data["reason"],
            text=data["text"],
            staff=data.get("staff"),
            explained_on=data.get("explained_on"),
            heard=bool(data.get("heard")),
        )

    def blame(self, error: LeyeError) -> None:
        """Put a refusal to the field it speaks of."""
        field = error.field if isinstance(error, InvalidNotice) else ""
        if isinstance(error, InvalidText):
            field = "firm" if "单位名称" in error.detail else "text"
        words = error.detail + (f"（{error.hint}）" if error.hint else "")
        self.add_error(field if field in self.fields else None, words)


class DocumentForm(forms.Form):
    """One document and what it is."""

    kind = forms.ChoiceField(
        label="材料",
        choices=[(each.value, each.label) for each in DocumentKind],
        error_messages={"invalid_choice": "请选择列出的材料"},
    )
    file = forms.FileField(
        label="文件",
        help_text="PDF、JPG、PNG、Word（.docx）或 Excel（.xlsx），不超过 20 MB。文件加密存放。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"}),
        error_messages={
            "required": "请选择文件",
            "empty": "这个文件是空的，请重新选择",
            "invalid": "没有收到文件，请重新选择",
        },
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            self.fields["file"].error_messages["required"] = _too_large()

    def clean_file(self) -> UploadedFile | None:
        """Refuse what is too large, with the limit said."""
        file: UploadedFile | None = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > settings.LEYE_UPLOAD_LIMIT:
            raise ValidationError(_too_large())
        return file


def notice_initial(notice: Notice | None, *, on: date) -> dict[str, Any]:
    """Give what a form begins with: what is corrected, else nothing but the day of an emergency."""
    if notice is None:
        return {"day": on}
    fields = notice.fields
    return {
        "firm": fields.firm,
        "persons": fields.persons,
        "staff": fields.staff,
        "day": fields.day,
        "reason": fields.reason,
        "text": fields.text,
        "explained_on": fields.explained_on,
        "heard": fields.heard,
    }


def _too_large() -> str:
    return f"文件超过 {settings.LEYE_UPLOAD_LIMIT // _MEGABYTE} MB"
