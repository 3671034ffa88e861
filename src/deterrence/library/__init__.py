"""Models as data: reading and writing model files, the catalogue of the library and its references."""

from deterrence.library.catalogue import Entry, entries, load, models_folder, references, themes
from deterrence.library.facts import DataTable, data, data_names
from deterrence.library.reader import parse_game, read_game
from deterrence.library.references import Reference, parse_references, read_references
from deterrence.library.writer import write_game

__all__ = [
    "DataTable",
    "Entry",
    "Reference",
    "data",
    "data_names",
    "entries",
    "load",
    "models_folder",
    "parse_game",
    "parse_references",
    "read_game",
    "read_references",
    "references",
    "themes",
    "write_game",
]
