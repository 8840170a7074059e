"""The charts of a report as SVG: Vega specifications, drawn by vl-convert.

Text and axes have the colour of the page (`currentColor`), so that a chart is right on a dark and a
light page. The only module that needs the extra `report`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from spock_core.domain.errors import not_installed

try:
    import vl_convert
except ModuleNotFoundError as error:
    raise not_installed("spock report", "vl-convert-python", "report") from error

WIDTH = 640
"""Of every chart, in pixels; the page scales it to its own width."""
_BAR = "#4a7fc1"
_SECOND_BAR = "#c1803a"
_TILES = (
    "#e9b8a6", "#f0cf9a", "#e6e09a", "#bfdc9e", "#9fd8bd", "#9bd3dc",
    "#a6c4ea", "#b9b6ea", "#d8b3e6", "#eab3d0", "#cfc6b8", "#d0d0d0",
)  # fmt: skip
"""Light enough for dark text."""
_SERIES = (
    "#4a7fc1", "#c1803a", "#4d9a62", "#b55a8a", "#8a6fc0", "#8f8a3c",
    "#3f98a3", "#b7615a", "#7d7d86", "#5f8f2f",
)  # fmt: skip
"""Far enough from black and from white."""
_CONFIG = {
    "aria": False,
    "background": None,
    "font": "sans-serif",
    "padding": {"left": 16, "right": 16, "top": 4, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor", "titleColor": "currentColor", "domainColor": "currentColor",
        "tickColor": "currentColor", "gridColor": "currentColor", "gridOpacity": 0.15,
        "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelLimit": 260,
    },
    "legend": {
        "labelColor": "currentColor", "titleColor": "currentColor", "labelFontSize": 13,
        "orient": "bottom", "columns": 4,
        "columnPadding": 28, "title": None, "labelLimit": 200,
    },
}  # fmt: skip


def bars(rows: Sequence[dict[str, Any]], label: str, value: str, *, title: str) -> str:
    """Draws a horizontal bar for each row, with its value behind it."""
    x = {"field": value, "type": "quantitative", "title": title, "axis": {"tickCount": 6}}
    shared = {"y": {"field": label, "type": "nominal", "title": None, "sort": None}, "x": x}
    text = {"type": "text", "align": "right", "dx": -5, "color": "#fff", "fontSize": 12}
    written = shared | {"text": {"field": value, "type": "quantitative", "format": ","}}
    return _lite(
        {
            "data": {"values": list(rows)},
            "height": {"step": 26},
            "layer": [
                {"mark": {"type": "bar", "color": "#3a6aa8"}, "encoding": shared},
                {
                    "transform": [{"filter": f"datum['{value}'] > 0.1 * {_largest(rows, value)}"}],
                    "mark": text,
                    "encoding": written,
                },
            ],
        }
    )


def grouped_bars(rows: Sequence[dict[str, Any]], label: str, *, title: str) -> str:
    """Draws a bar for each `series` of each label, from 0 to 100."""
    return _lite(
        {
            "data": {"values": list(rows)},
            "height": {"step": 14},
            "mark": "bar",
            "encoding": {
                "y": {"field": label, "type": "nominal", "title": None, "sort": None},
                "yOffset": {"field": "series", "sort": None},
                "x": {
                    "field": "value", "type": "quantitative", "title": title,
                    "scale": {"domain": [0, 100]}, "axis": {"tickCount": 5},
                },
                "color": {
                    "field": "series", "type": "nominal", "sort": None,
                    "scale": {"range": [_BAR, _SECOND_BAR]},
                },
            },
        }
    )  # fmt: skip


def shares(rows: Sequence[dict[str, Any]], label: str, *, title: str) -> str:
    """Draws one bar for each label, divided by the shares of its `series`, in their order."""
    return _lite(
        {
            "data": {"values": [row | {"place": place} for place, row in enumerate(rows)]},
            "height": {"step": 26},
            "mark": "bar",
            "encoding": {
                "y": {"field": label, "type": "nominal", "title": None, "sort": None},
                "x": {
                    "field": "value", "type": "quantitative", "stack": "normalize",
                    "title": title, "axis": {"format": "%"},
                },
                "order": {"field": "place", "type": "quantitative"},
                "color": {
                    "field": "series", "type": "nominal", "sort": None,
                    "scale": {"range": list(_SERIES)},
                },
            },
        }
    )  # fmt: skip


def treemap(rows: Sequence[dict[str, Any]]) -> str:
    """Draws the sectors of each region as tiles whose areas are their stocks.

    A row has `region`, `sector` and `stocks`. A tile too small for its name has none.
    """
    height = 460
    nodes: list[dict[str, Any]] = [{"id": "all"}]
    nodes += [
        {"id": region, "parent": "all"} for region in dict.fromkeys(r["region"] for r in rows)
    ]
    nodes += [
        {
            "id": f"{row['region']} {row['sector']}", "parent": row["region"],
            "name": row["sector"], "stocks": row["stocks"],
        }
        for row in rows
    ]  # fmt: skip
    room = {
        "x": {"field": "x0"},
        "y": {"field": "y0"},
        "x2": {"field": "x1"},
        "y2": {"field": "y1"},
    }
    sectors = sorted({row["sector"] for row in rows})
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "width": WIDTH,
        "height": height,
        "config": _CONFIG,
        "data": [
            {
                "name": "tree",
                "values": nodes,
                "transform": [
                    {"type": "stratify", "key": "id", "parentKey": "parent"},
                    {
                        "type": "treemap", "field": "stocks", "round": True,
                        "paddingInner": 1, "paddingTop": 18, "size": [WIDTH, height],
                        "method": "squarify", "sort": {"field": "value", "order": "descending"},
                    },
                ],
            },
            {
                "name": "regions",
                "source": "tree",
                "transform": [{"type": "filter", "expr": "datum.depth === 1"}],
            },
            {
                "name": "leaves",
                "source": "tree",
                "transform": [
                    {"type": "filter", "expr": "datum.depth === 2"},
                    {"type": "formula", "as": "w", "expr": "datum.x1 - datum.x0"},
                    {"type": "formula", "as": "h", "expr": "datum.y1 - datum.y0"},
                ],
            },
        ],
        "scales": [
            {"name": "tile", "type": "ordinal", "domain": sectors, "range": list(_TILES)},
        ],
        "marks": [
            {
                "type": "rect",
                "from": {"data": "leaves"},
                "encode": {"update": room | {"fill": {"scale": "tile", "field": "name"}}},
            },
            {
                "type": "text",
                "from": {"data": "leaves"},
                "encode": {
                    "update": {
                        "x": {"field": "x0", "offset": 4}, "y": {"field": "y0", "offset": 13},
                        "fontSize": {"value": 11}, "fill": {"value": "#111"},
                        "text": {
                            "signal": "datum.h > 15 && datum.w > 30 "
                            "? datum.name + ' ' + format(datum.stocks, ',') : ''"
                        },
                        "limit": {"signal": "0.85 * datum.w - 6"},
                    }
                },
            },
            {
                "type": "text",
                "from": {"data": "regions"},
                "encode": {
                    "update": {
                        "x": {"field": "x0", "offset": 2}, "y": {"field": "y0", "offset": 13},
                        "fontSize": {"value": 13}, "fontWeight": {"value": "bold"},
                        "fill": {"value": "currentColor"}, "text": {"field": "id"},
                    }
                },
            },
        ],
    }  # fmt: skip
    return _responsive(vl_convert.vega_to_svg(json.dumps(spec)))


def _lite(spec: dict[str, Any]) -> str:
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": _CONFIG,
    } | spec
    return _responsive(vl_convert.vegalite_to_svg(json.dumps(whole)))


def _largest(rows: Sequence[dict[str, Any]], value: str) -> float:
    return max((float(row[value]) for row in rows), default=0.0)


def _responsive(svg: str) -> str:
    """Makes a drawing as wide as the page has room; who cannot see it has the table behind it."""
    head, end, rest = svg.partition(">")
    kept = [
        part for part in head.split(" ") if not part.startswith(("width=", "height=", "xmlns:"))
    ]
    return " ".join(kept) + ' aria-hidden="true" focusable="false"' + end + rest
