"""The limit on uploaded files."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

UPLOAD_LIMIT = 20 * 1024 * 1024
"""The largest file taken, in bytes."""


class LimitUpload(FileUploadHandler):
    """Drop a file as soon as it is larger than the limit, and leave a mark for the form to explain.

    The rest of the body is read and thrown away, so that the browser gets its page.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start counting."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's
        """Pass the chunk on to the handlers that keep it.

        :raises StopUpload: the file has grown past the limit.
        """
        self.received += len(raw_data)
        if self.received > UPLOAD_LIMIT:
            if self.request is not None:
                self.request.META["LEYE_UPLOAD_TOO_LARGE"] = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""
