"""One assignment for all tests of the marker."""

import pytest
import small_course

from marker.limits import Limits
from tests.site.conftest import browser

__all__ = ["browser"]


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """The author's notebook, with its module beside it."""
    return small_course.write_assignment(tmp_path_factory.mktemp("author"))


@pytest.fixture(scope="session")
def limits():
    return Limits(
        seconds=4, cell_seconds=1, wait_seconds=3, memory_mb=300, output_kb=200, upload_mb=2
    )
