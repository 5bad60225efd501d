"""Service points, coordinates of places, and isochrones of a road network."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.kernel.place import PlaceLevel
from leye.service.identity.errors import AppendOnly
from leye.service.identity.models import PLACE_PATTERN
from leye.service.network.enums import CoordSource, PointKind
from leye.service.network.querysets import PlacePointQuerySet, ServicePointQuerySet
from leye.service.network.rules import MOST_HOURS, MOST_NAME, MOST_PHONE, MOST_REASON

_UNLOCATED = Q(lng__isnull=True, lat__isnull=True, coord_source=CoordSource.NONE.value)
_LOCATED = Q(lng__isnull=False, lat__isnull=False) & ~Q(coord_source=CoordSource.NONE.value)


class ServicePoint(models.Model):
    """One place where people are served. Closed when it is no more, never removed."""

    name = models.CharField("名称", max_length=MOST_NAME)
    kind = models.CharField("类型", max_length=20)
    place = models.CharField("地区", max_length=12, db_index=True)
    lng = models.FloatField("经度", null=True)
    lat = models.FloatField("纬度", null=True)
    coord_source = models.CharField("坐标来源", max_length=10)
    accuracy_m = models.PositiveIntegerField("误差（米）", default=0)
    hours = models.CharField("开放时间", max_length=MOST_HOURS, blank=True)
    phone = models.CharField("办公电话", max_length=MOST_PHONE, blank=True)
    active = models.BooleanField("开放", default=True)
    closed_reason = models.CharField("撤销原因", max_length=MOST_REASON, blank=True)
    changed_at = models.DateTimeField("更新时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = ServicePointQuerySet.as_manager()

    class Meta:
        verbose_name = "服务网点"
        verbose_name_plural = "服务网点"
        ordering = ("place", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("place", "name"), condition=Q(active=True), name="point_open_once"
            ),
            models.CheckConstraint(
                name="point_kind_known", condition=Q(kind__in=[each.value for each in PointKind])
            ),
            models.CheckConstraint(
                name="point_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="point_source_known",
                condition=Q(coord_source__in=[each.value for each in CoordSource]),
            ),
            models.CheckConstraint(name="point_located_whole", condition=_UNLOCATED | _LOCATED),
        )

    def __str__(self) -> str:
        return self.number

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: a point is closed.

        :raises AppendOnly: always.
        """
        raise AppendOnly(self.pk)

    @property
    def number(self) -> str:
        """The number the point goes by in sheets and addresses."""
        return point_number(self.pk)

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return PointKind(self.kind).label

    @property
    def source_label(self) -> str:
        """Where the coordinate comes from, in Chinese."""
        return CoordSource(self.coord_source).label


class PlacePoint(models.Model):
    """The coordinate of a town or village as one source has it; the latest of each source."""

    place = models.CharField("地区", max_length=12)
    source = models.CharField("坐标来源", max_length=10)
    lng = models.FloatField("经度")
    lat = models.FloatField("纬度")
    accuracy_m = models.PositiveIntegerField("误差（米）")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = PlacePointQuerySet.as_manager()

    class Meta:
        verbose_name = "地区坐标"
        verbose_name_plural = "地区坐标"
        ordering = ("place", "source")
        constraints = (
            models.UniqueConstraint(fields=("place", "source"), name="place_point_once"),
            models.CheckConstraint(
                name="place_point_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="place_point_source",
                condition=Q(
                    source__in=[
                        CoordSource.DEMO.value,
                        CoordSource.USER.value,
                        CoordSource.SURVEY.value,
                    ]
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.source}"

    @property
    def source_label(self) -> str:
        """Where the coordinate comes from, in Chinese."""
        return CoordSource(self.source).label

    @property
    def level(self) -> PlaceLevel:
        """Town or village."""
        return PlaceLevel.TOWN if len(self.place) == 9 else PlaceLevel.VILLAGE


class RoadRun(models.Model):
    """One import of isochrones; the latest is used."""

    engine = models.CharField("引擎", max_length=200)
    engine_version = models.CharField("引擎版本", max_length=200)
    extract_date = models.DateField("路网日期")
    attribution = models.CharField("数据来源", max_length=200)
    at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "路网计算"
        verbose_name_plural = "路网计算"

    def __str__(self) -> str:
        return f"{self.engine} {self.extract_date}"


class RoadReach(models.Model):
    """An isochrone: where a service point, as it then lay, is reached from by road."""

    run = models.ForeignKey(RoadRun, on_delete=models.CASCADE, related_name="reaches")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField("方式", max_length=20)
    minutes = models.PositiveSmallIntegerField("分钟")
    lng = models.FloatField("经度")
    lat = models.FloatField("纬度")
    polygons = models.JSONField("多边形")

    class Meta:
        verbose_name = "等时圈"
        verbose_name_plural = "等时圈"
        constraints = (
            models.UniqueConstraint(
                fields=("run", "point", "mode", "minutes"), name="road_reach_once"
            ),
        )

    def __str__(self) -> str:
        return f"{point_number(self.point_id)} {self.mode} {self.minutes}"


def point_number(pk: int) -> str:
    """Give the number of a service point."""
    return f"S{pk:06d}"


def point_key(number: str) -> int:
    """Give the primary key in a point's number, 0 for what is no number."""
    digits = number[1:]
    usable = number[:1] == "S" and 6 <= len(digits) < 12 and digits.isascii() and digits.isdigit()
    return int(digits) if usable else 0
