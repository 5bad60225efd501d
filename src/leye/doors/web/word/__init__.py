"""Word documents to go on writing in: text, tables and native charts in Chinese fonts."""

from leye.doors.web.word.charts import ChartKind, WordChart, WordSeries
from leye.doors.web.word.document import Column, WordDocument

__all__ = ["ChartKind", "Column", "WordChart", "WordDocument", "WordSeries"]
