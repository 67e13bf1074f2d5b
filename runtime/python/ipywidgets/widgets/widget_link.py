"""Where ipywidgets has its links."""

from ipywidgets import Link

__all__ = ["Link"]
