"""Rules for a whole test run, so that green means that everything was checked."""

import os

import pytest
from nbval.kernel import RunningKernel

CI = os.environ.get("CI", "").lower() in {"1", "true"}
NOTHING_RUN = "no cell of a notebook was run: the chapters were not checked"
SKIPPED = "a test was skipped, which is a failure under CI"


def execute_as_jupyter_does(self, source, allow_stdin=None):
    """Run a cell with its history, without which IPython does not see a `;` at the cell's end."""
    return self.kc.execute(source, allow_stdin=bool(allow_stdin), stop_on_error=False)


RunningKernel.execute_cell_input = execute_as_jupyter_does


class Tally:
    """Counts notebook cells that passed and tests that were skipped."""

    def __init__(self, config: pytest.Config) -> None:
        whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        self.everything = whole and not config.option.keyword and not config.option.markexpr
        self.cells = 0
        self.skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.skipped += 1
        elif report.when == "call" and report.passed and ".ipynb::" in report.nodeid:
            self.cells += 1

    def faults(self) -> list[str]:
        """Return why a run in which no test failed is a failure all the same."""
        found = [NOTHING_RUN] if self.everything and not self.cells else []
        return found + ([SKIPPED] if CI and self.skipped else [])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        collecting = session.config.option.collectonly
        if not collecting and session.exitstatus == pytest.ExitCode.OK and self.faults():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not terminalreporter.config.option.collectonly:
            for fault in self.faults():
                terminalreporter.write_line(f"ERROR: {fault}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the workers of a parallel run report to one process
        config.pluginmanager.register(Tally(config), "tally")
