from ._derivative import Partial, derivative
from ._equal import Verdict, equal
from ._notation import Definition, Recurrence
