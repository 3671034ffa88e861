"""What every picture must be: all words on the page, none over another."""

from __future__ import annotations

from itertools import combinations
from typing import Any

SLACK = 1.5  # pixels


def words_of(figure: Any) -> list[Any]:
    """All texts that are shown, drawn where they will be."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    found = figure.findobj(
        lambda artist: isinstance(artist, Text) and artist.get_visible() and artist.get_text().strip()
    )
    shown = {id(text): text for text in found}
    for axes in figure.axes:  # an axis has ticks that lie outside the view
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not axes.axison or not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    for label in (tick.label1, tick.label2):
                        shown.pop(id(label), None)
    return list(shown.values())


def faults(figure: Any) -> list[str]:
    """Words that leave the page or lie over others."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in words_of(figure)]
    page = figure.bbox
    out = [
        f"{word!r} leaves the page"
        for word, box in boxes
        if box.x0 < page.x0 - SLACK or box.x1 > page.x1 + SLACK or box.y0 < page.y0 - SLACK or box.y1 > page.y1 + SLACK
    ]
    for (one, a), (other, b) in combinations(boxes, 2):
        across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > SLACK and up > SLACK:
            out.append(f"{one!r} lies over {other!r}")
    return out
