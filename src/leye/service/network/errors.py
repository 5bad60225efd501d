"""What can go wrong with service points and coordinates."""

from leye.kernel.errors import InvalidField, InvalidInput, LeyeError, NotFound


class UnknownPoint(NotFound):
    """No service point of that number, or none in the asker's places."""

    code = "unknown_service_point"
    title = "没有这个服务网点"


class InvalidPoint(InvalidField):
    """What was given of a service point cannot be used; ``field`` says which part of it."""

    code = "invalid_service_point"
    title = "网点信息有误"


class PointExists(InvalidInput):
    """Another point that is open has the same name in the same place."""

    code = "service_point_exists"
    title = "网点已存在"


class PointClosed(LeyeError):
    """A closed point is not changed: it is opened again first."""

    code = "service_point_closed"
    title = "网点已撤销"


class UnusableSheet(InvalidInput):
    """A sheet that cannot be read as a list of points."""

    code = "unusable_sheet"
    title = "表格不能使用"
