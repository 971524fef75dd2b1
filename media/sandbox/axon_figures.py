"""matplotlib's backend in the sandbox: show() writes every open figure into ./results, where the chat finds it.

Figures that are still open when the program ends, and were neither shown nor saved, are written too.
"""

import atexit
import os

from matplotlib import _pylab_helpers
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas, FigureManagerBase
from matplotlib.figure import Figure

_folder = os.path.join("/tmp/work", "results")
_number = 0
_saved = set()


def show(*_args, **_named):
    """Writes and closes all open figures, as a window would be shown and closed."""
    global _number
    for manager in _pylab_helpers.Gcf.get_all_fig_managers():
        _number += 1
        os.makedirs(_folder, exist_ok=True)
        _savefig(manager.canvas.figure, os.path.join(_folder, f"figure-{_number}.png"))
        _pylab_helpers.Gcf.destroy(manager.num)


class FigureManager(FigureManagerBase):
    """One window in other backends; nothing here."""


FigureCanvas.manager_class = FigureManager

_savefig = Figure.savefig


def _remember(figure, *args, **named):
    _saved.add(id(figure))
    return _savefig(figure, *args, **named)


Figure.savefig = _remember


def _at_exit():
    for manager in _pylab_helpers.Gcf.get_all_fig_managers():
        if id(manager.canvas.figure) in _saved:
            _pylab_helpers.Gcf.destroy(manager.num)
    if _pylab_helpers.Gcf.get_all_fig_managers():
        show()


atexit.register(_at_exit)
