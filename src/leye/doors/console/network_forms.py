"""What staff fill in of service points and coordinates."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from leye.doors.console.filters import places_to_choose
from leye.kernel.errors import LeyeError
from leye.kernel.place import Scope
from leye.service.identity.errors import InvalidText
from leye.service.network.enums import GIVEN, CoordSource, PointKind
from leye.service.network.errors import InvalidPoint
from leye.service.network.models import ServicePoint
from leye.service.network.point_sheets import sheet_place
from leye.service.network.rules import (
    MOST_HOURS,
    MOST_NAME,
    MOST_PHONE,
    MOST_REASON,
    Coordinate,
    Datum,
    coordinate,
    point_fields,
)

_MEGABYTE = 1024 * 1024
_DATUMS = [(each.value, each.label) for each in Datum]
_STATES = (("open", "开放"), ("closed", "已撤销"), ("all", "全部"))


def _text(label: str, most: int, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        error_messages={
            "required": f"请填写{label}",
            "max_length": f"{label}不能超过 {most} 个字",
            "null_characters_not_allowed": f"{label}含有不能使用的字符",
        },
        **kwargs,
    )


class CoordinateForm(forms.Form):
    """A coordinate as typed; ``coordinate`` after it is valid, None where both are blank."""

    lng = _text("经度", 20, help_text="十进制度数，如 114.391136。不知道就空着。")
    lat = _text("纬度", 20, help_text="如 27.816119")
    datum = forms.ChoiceField(
        label="坐标系",
        choices=_DATUMS,
        help_text="从高德、腾讯地图上取的选 GCJ-02，系统换算。百度坐标请先换算。",
        error_messages={"required": "请选择坐标系", "invalid_choice": "请选择列出的坐标系"},
    )
    source = forms.ChoiceField(
        label="坐标来源",
        choices=[(each.value, each.label) for each in GIVEN],
        error_messages={"required": "请选择坐标来源", "invalid_choice": "请选择列出的来源"},
    )
    accuracy = _text("误差（米）", 6, help_text="空着按来源取常用值。")

    coordinate: Coordinate | None = None
    kept: Coordinate | None = None

    def keep(self, at: Coordinate | None) -> None:
        """Let a coordinate that staff may not write stand, as long as it is left as it is."""
        if at is not None and at.source not in GIVEN:
            self.kept = at
            field = self.fields["source"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                *((each.value, each.label) for each in GIVEN),
                (at.source.value, at.source.label),
            ]

    def clean(self) -> dict[str, Any]:
        """Read the coordinate."""
        data = super().clean() or {}
        if self.errors:
            return data
        kept = self.kept
        if kept and (data["lng"], data["lat"], data["source"]) == (
            str(kept.lng),
            str(kept.lat),
            kept.source.value,
        ):
            self.coordinate = kept
            return data
        try:
            self.coordinate = coordinate(
                lng=data["lng"],
                lat=data["lat"],
                source=data["source"],
                accuracy=data["accuracy"],
                datum=Datum(data["datum"]),
            )
        except InvalidPoint as error:
            self.add_error(error.field if error.field in self.fields else None, words(error))
        return data


class PointForm(CoordinateForm):
    """A service point; ``point`` after it is valid."""

    name = _text("名称", MOST_NAME, required=True)
    kind = forms.ChoiceField(
        label="类型",
        choices=[("", "请选择"), *((each.value, each.label) for each in PointKind)],
        error_messages={"required": "请选择类型", "invalid_choice": "请选择列出的类型"},
    )
    place = _text(
        "地区代码",
        40,
        required=True,
        help_text="县 6 位、乡镇 9 位、村 12 位统计用区划代码；不重名的地区也可以写名称。",
    )
    hours = _text("开放时间", MOST_HOURS, help_text="如 工作日 9:00—17:00")
    phone = _text("办公电话", MOST_PHONE, help_text="座机或热线，不填个人手机号。")

    field_order = (
        "name",
        "kind",
        "place",
        "lng",
        "lat",
        "datum",
        "source",
        "accuracy",
        "hours",
        "phone",
    )

    def clean(self) -> dict[str, Any]:
        """Read all fields together."""
        data = super().clean()
        if self.errors:
            return data
        try:
            data["point"] = point_fields(
                name=data["name"],
                kind=data["kind"],
                place=sheet_place(data["place"].strip()),
                at=self.coordinate,
                hours=data["hours"],
                phone=data["phone"],
            )
        except InvalidPoint as error:
            self.add_error(error.field if error.field in self.fields else None, words(error))
        except InvalidText as error:
            self.add_error("hours" if "开放时间" in error.detail else "name", words(error))
        return data


class CloseForm(forms.Form):
    """Why a point is closed."""

    reason = _text("撤销原因", MOST_REASON, required=True, help_text="如 并入镇便民服务中心")


class PointFilter(forms.Form):
    """Which points to list."""

    place = forms.ChoiceField(label="地区", required=False)
    kind = forms.ChoiceField(
        label="类型",
        required=False,
        choices=[("", "全部"), *((each.value, each.label) for each in PointKind)],
    )
    state = forms.ChoiceField(label="状态", required=False, choices=_STATES)

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *places_to_choose(scope, str(data.get("place") or ""))]


class SheetForm(forms.Form):
    """A sheet of points or coordinates, and the datum of what is in it."""

    file = forms.FileField(
        label="表格文件",
        help_text="Excel（.xlsx）或 CSV 文件，不超过 20 MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "请选择要导入的文件",
            "empty": "这个文件是空的，请重新选择",
            "invalid": "没有收到文件，请重新选择",
        },
    )
    datum = forms.ChoiceField(
        label="坐标系",
        choices=_DATUMS,
        help_text="文件里的坐标都按这一种读。",
        error_messages={"required": "请选择坐标系", "invalid_choice": "请选择列出的坐标系"},
    )

    def clean_file(self) -> UploadedFile | None:
        """Refuse what is too large, with the limit said."""
        file: UploadedFile | None = self.cleaned_data.get("file")
        limit = settings.LEYE_UPLOAD_LIMIT
        if file is not None and (file.size or 0) > limit:
            raise ValidationError(f"文件超过 {limit // _MEGABYTE} MB。请分成几个文件")
        return file


def coordinate_initial(at: Coordinate | None) -> dict[str, str]:
    """Give what the coordinate's fields begin with."""
    if at is None:
        return {"datum": Datum.WGS84.value, "source": CoordSource.USER.value}
    return {
        "lng": str(at.lng),
        "lat": str(at.lat),
        "datum": Datum.WGS84.value,
        "source": at.source.value,
        "accuracy": str(at.accuracy_m),
    }


def point_initial(point: ServicePoint, at: Coordinate | None) -> dict[str, str]:
    """Give what the form of an existing point begins with."""
    return {
        **coordinate_initial(at),
        "name": point.name,
        "kind": point.kind,
        "place": point.place,
        "hours": point.hours,
        "phone": point.phone,
    }


def words(error: LeyeError) -> str:
    """Give a failure as one Chinese sentence."""
    return error.detail + (f"（{error.hint}）" if error.hint else "")
