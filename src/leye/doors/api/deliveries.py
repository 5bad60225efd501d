"""Deliveries: what stands behind a figure."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router

from leye.data.pool.types import Delivery, UnknownDelivery
from leye.data.reference import places
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.reading import open_reading
from leye.doors.api.schemas import DeliveryBody
from leye.doors.web.deliveries import delivery_number
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User

router = Router(tags=["批次"])


def delivery_body(delivery: Delivery) -> dict[str, Any]:
    """Give a delivery as the API writes it; never who handed it in."""
    return {
        "id": delivery.id,
        "contract": delivery.contract,
        "edition": delivery.edition,
        "place": delivery.place,
        "place_name": places().get(delivery.place).name,
        "at": delivery.at,
        "verdict": delivery.verdict,
        "reason": delivery.reason,
        "rows_read": delivery.rows_read,
        "rows_refused": delivery.rows_refused,
        "rows_flagged": delivery.rows_flagged,
        "rows_new": delivery.rows_new,
        "rows_changed": delivery.rows_changed,
        "rows_same": delivery.rows_same,
        "release": delivery.release,
        "publishes": delivery.publishes,
        "file_name": delivery.file_name or None,
        "digest": delivery.digest,
        "size": delivery.size,
    }


@router.get(
    "/deliveries/{number}",
    response={200: DeliveryBody, **ANSWERS},
    summary="一个数据交换批次",
    description=(
        "匿名只能查看含有已公开数据的批次的概要；有权限的工作人员可查看本地区的全部批次。"
        "不存在和无权查看都返回 404。"
    ),
    url_name="delivery",
    operation_id="get_delivery",
    openapi_extra=example("/api/v1/deliveries/D000001"),
)
def get_delivery(
    request: HttpRequest, number: Annotated[str, Path(description="批次编号，如 D000001")]
) -> dict[str, Any]:
    """Give a delivery of the asker's places, or the summary of one that holds a public row."""
    number = delivery_number(number)
    reading = open_reading(request)
    try:
        found = reading.snapshot.delivery(number, scope=reading.scope)
    except UnknownDelivery:
        return delivery_body(reading.snapshot.delivery_summary(number))
    record(
        action=Action.DELIVERY_OPENED,
        by=request.user if isinstance(request.user, User) else None,
        at=timezone.now(),
        place=found.place,
        subject=Subject("delivery", found.id),
        request_id=request.META.get("LEYE_REQUEST_ID", ""),
    )
    return delivery_body(found)
