"""A line that tells how far a slow computation has come, and leaves nothing behind."""

import sys
import time
from types import TracebackType


def watched_notebook() -> bool:
    """Whether this runs in a notebook with a reader before it: one whose cells may ask for input.

    Programs that run notebooks to test or to store them allow no input; to them a line that comes
    and goes with the speed of the machine would be a changed output.
    """
    if "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


class Progress:
    """Says "frame 120 of 1200" when it takes over two seconds; in a notebook the line goes again.

    The line is shown to readers only: in a notebook they watch, or on a terminal.
    """

    def __init__(self, total: int, patience: float = 2.0) -> None:
        self.total, self.patience = total, patience
        self.done, self.shown = 0, 0.0
        self.notebook = watched_notebook()

    def __enter__(self) -> "Progress":
        self.start = self.shown = time.monotonic()
        return self

    def advance(self) -> None:
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if now - self.start > self.patience and now - self.shown > 0.5:
            self.shown = now
            self._say(f"computing frame {self.done} of {self.total}")

    def _say(self, text: str) -> None:
        if self.notebook:
            from IPython.display import clear_output

            clear_output(wait=True)
            print(text, flush=True)
        elif sys.stderr.isatty():
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown == self.start:
            return
        if self.notebook:
            from IPython.display import clear_output

            clear_output(wait=False)
        elif sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
