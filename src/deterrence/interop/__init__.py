"""Games to and from the files and objects of other packages: Gambit, nashpy, QuantEcon, pygambit."""

from deterrence.interop.files import read_gambit, write_gambit
from deterrence.interop.objects import (
    from_nashpy,
    from_pygambit,
    from_quantecon,
    to_nashpy,
    to_pygambit,
    to_quantecon,
)

__all__ = [
    "from_nashpy",
    "from_pygambit",
    "from_quantecon",
    "read_gambit",
    "to_nashpy",
    "to_pygambit",
    "to_quantecon",
    "write_gambit",
]
