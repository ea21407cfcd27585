"""Text files of Sierra Chart."""

from __future__ import annotations

from typing import Any

from .csvgeneric import GenericCSVData

__all__ = ["SierraChartCSVData"]


class SierraChartCSVData(GenericCSVData):
    """Reads text files exported from Sierra Chart, with dates as 2014/1/31."""

    params: Any = {"dtformat": "%Y/%m/%d"}
