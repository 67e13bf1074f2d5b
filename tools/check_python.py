"""Say in one sentence what is wrong with this Python, before anything is installed."""

# No syntax here that an old Python cannot read: it must get as far as the message.
import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Python 3.11 or newer is needed, and '{}' is Python {}.{}: install a newer one, "
        "or name it, as in 'make book PYTHON=python3.12'.".format(
            sys.executable, *sys.version_info[:2]
        )
    )
try:
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    sys.exit(
        "This Python cannot make environments: install its venv module "
        "(on Debian and Ubuntu: apt install python3-venv)."
    )
