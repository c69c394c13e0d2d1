"""Draws what benchmarks/size.py measured: each cost against the number of passages.

    python -m benchmarks.plot FIGURES.jsonl PICTURE.svg

FIGURES.jsonl is what `size --json` wrote; the last line of a size counts.
"""

import argparse
import json
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

# Title of a panel, and its lines: what it is called, its name among the figures, and what brings it
# to the unit of the title.
_PANELS = (
    ("build without the model, ms a passage", (("", "build", None),)),
    ("a build after one edit, ms", (("edited", "edit", 1000), ("nothing changed", "idle", 1000))),
    ("a question, ms", (("95 of 100", "ask95", 1), ("median", "ask", 1), ("vectors", "search", 1))),
    ("opening, ms", (("", "open", 1000),)),
    ("memory at its highest, GB", (("building", "build_gb", 1), ("answering", "ask_gb", 1))),
    ("disk, kB a passage", (("", "disk", 1),)),
)
_COLOURS = ("#1f5fa8", "#b4552d", "#4d7a3a")
_GREY = "#666666"


def panel(axes: Axes, title: str, lines: tuple, figures: list[dict[str, float]]) -> None:
    sizes = [found["passages"] for found in figures]
    highest = 0.0
    for (name, key, factor), colour in zip(lines, _COLOURS, strict=False):
        values = [
            found[key] * (factor if factor is not None else 1000 / found["passages"])
            for found in figures
        ]
        highest = max(highest, *values)
        axes.plot(sizes, values, marker="o", markersize=4, color=colour, label=name)
        axes.annotate(
            f"{values[-1]:.3g}", (sizes[-1], values[-1]), (5, 0), textcoords="offset points",
            va="center", color=colour, fontsize=8,
        )  # fmt: skip
    axes.set_title(title, fontsize=9, loc="left")
    axes.set_xscale("log")
    axes.set_ylim(0, highest * 1.25)
    axes.set_xlim(min(sizes) / 1.5, max(sizes) * 2.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.tick_params(labelsize=8, colors=_GREY)
    axes.spines[["top", "right"]].set_visible(False)
    if len(lines) > 1:
        axes.legend(fontsize=8, frameon=False)


def draw(figures: list[dict[str, float]], picture: Path) -> None:
    mpl.rcParams["svg.hashsalt"] = "commentary"  # the same figures, the same file
    drawn = Figure(figsize=(10, 5.6), layout="constrained")
    for axes, (title, lines) in zip(drawn.subplots(2, 3).flat, _PANELS, strict=True):
        panel(axes, title, lines, figures)
    drawn.supxlabel("passages in the library", fontsize=9)
    drawn.savefig(picture, metadata={"Date": None} if picture.suffix == ".svg" else None)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("figures", type=Path, metavar="FIGURES.jsonl")
    parser.add_argument("picture", type=Path, metavar="PICTURE.svg")
    given = parser.parse_args()
    lines = given.figures.read_text(encoding="utf-8").splitlines()
    sizes = {found["documents"]: found for found in map(json.loads, lines)}
    draw([sizes[size] for size in sorted(sizes)], given.picture)


if __name__ == "__main__":
    main()
