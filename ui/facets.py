"""What filters can choose among, as the page's menus hold it."""

from collections import Counter
from typing import Any

from qa import Assistant

_MOST = 500  # names of a menu


def facets(assistant: Assistant) -> dict[str, Any]:
    """Authors and publishers, the most frequent first, each with how many documents; the first and
    the last date; how many documents there are."""
    authors: Counter[str] = Counter()
    publishers: Counter[str] = Counter()
    dates: list[str] = []
    count = 0
    for author, publisher, published in assistant.about():
        authors[author] += 1
        publishers[publisher] += 1
        dates.append(published)
        count += 1
    del authors[""], publishers[""]
    dates = sorted(filter(None, dates))
    return {
        "authors": authors.most_common(_MOST),
        "publishers": publishers.most_common(_MOST),
        "first": dates[0] if dates else "",
        "last": dates[-1] if dates else "",
        "documents": count,
    }
