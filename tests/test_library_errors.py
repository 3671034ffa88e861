"""Broken model files are refused with file, key path and remedy; the published schema refuses what it can see."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deterrence.errors import ModelFileError
from deterrence.families import FAMILIES
from deterrence.games.statements import CONCEPTS
from deterrence.library import models_folder, parse_game, read_game, read_games, reader, safety, scope
from deterrence.library.forms import FILE_FORMS
from model_files import model_files

MODELS = models_folder()
VALIDATOR = jsonschema.Draft202012Validator(json.loads((MODELS / "schema.json").read_text(encoding="utf-8")))

CRISIS = """
format = 1
[model]
title  = "Crisis"
form   = "extensive"
assume = ["v > c"]

[parameters]
v = { default = 3, domain = "positive" }
c = { default = 1 }
p = { default = 0.5, domain = "probability" }

[players]
A = { hard = "p", soft = "1 - p" }
B = {}

[tree]
root = { mover = "A", wait = "SQ", press = "storm" }
storm = { chance = { calm = ["1/4", "reply"], hit = [0.75, "WAR"] } }
reply = { mover = "B", yield = "WIN", fight = "WAR", pays = { fight = { B = "-c" } } }

[outcomes]
SQ  = { event = "status quo", A = 0, B = 0 }
WIN = { A = "v", B = "-v" }
WAR = { event = "war", A = { hard = "v - c", soft = "-c" }, B = { "A.hard" = "-c", "A.soft" = "limit" } }

[definitions]
limit = "v/2"

[[results]]
id = "deterred"
concept = "pbe"
profile = { A = { hard.root = "press", soft.root = { press = "p" } }, B = { reply = "yield" } }
iff = ["p <= limit"]
beliefs = { B = { reply = { "A.hard" = "p" } } }
values = { "P(war)" = "3/4", "U(A.hard)" = "v" }

[[results]]
id = "more at stake"
sign = { of = "P(war)", wrt = "v", is = "+", within = "deterred" }
given = ["c > 0 or p < 1"]

[[instances]]
at = { p = "1/3" }
expect = { class = "deterred", "P(war)" = "3/4", limit = 1.5, quantifier = "some" }
"""

CHICKEN = """
format = 1
model = { form = "strategic" }
parameters = { d = {} }
players = { Row = {}, Column = {} }
actions = { Row = ["swerve", "drive"], Column = ["swerve", "drive"] }

[table]
"swerve, swerve" = { Row = 3, Column = 3 }
"swerve, drive"  = { Row = 2, Column = 4 }
"drive, swerve"  = { Row = 4, Column = 2 }
"drive, drive"   = { Row = "d", Column = "d", event = "crash" }

[[results]]
id = "dare"
concept = "nash"
profile = { Row = "drive", Column = { swerve = 1, drive = 0 } }
"""

LADDER = """
format = 1
model = { form = "extensive" }
family = { name = "ladder", rungs = 3 }
definitions = { risk = "(v_1 - c)/(v_1 + D_1)" }
[parameters]
v_1 = { default = 10, domain = "positive" }
v_2 = { default = 10, domain = "positive" }
D_1 = { default = 90, domain = "positive" }
D_2 = { default = 90, domain = "positive" }
c = { default = 1, domain = "nonnegative" }
q = { default = 0.05, domain = "probability" }
[[results]]
id = "seven"
concept = "subgame-perfect"
family = { rungs = 7 }
profile = { Challenger = { rung-6 = "quit" } }
[[instances]]
at = {}
family = { rungs = 4 }
expect = { "P(war)" = 0.05, risk = 0.09 }
"""

CRISIS_PROFILE = 'profile = { A = { hard.root = "press", soft.root = { press = "p" } }, B = { reply = "yield" } }'

# base, what is replaced, by what, key path, what the error says, whether a schema can see it
BROKEN: Mapping[str, tuple[str, str, str, str, str, bool]] = {
    "unknown section": (CRISIS, "[outcomes]", "[outcome]", "outcome", "did you mean 'outcomes'", True),
    "unknown key": (CRISIS, "title ", "tittle ", "model.tittle", "did you mean 'title'", True),
    "wrong format": (CRISIS, "format = 1", "format = 2", "format", "reads 1", True),
    "format is true": (CRISIS, "format = 1", "format = true", "format", "reads 1", True),
    "no format": (CRISIS, "format = 1", "", "text: ", "'format' is missing", True),
    "unknown form": (CRISIS, '"extensive"', '"extended"', "model.form", "did you mean 'extensive'", True),
    "no form": (CRISIS, "form   =", "theme =", "model", "'form' is missing", True),
    "title is a number": (CRISIS, '"Crisis"', "7", "model.title", "a number where text", True),
    "long title": (CRISIS, '"Crisis"', f'"{"x" * 401}"', "model.title", "401 characters", True),
    "fidelity": (CRISIS, "title ", 'fidelity = "exakt"\ntitle ', "model.fidelity", "did you mean 'exact'", True),
    "assume no list": (CRISIS, '["v > c"]', '"v > c"', "model.assume", "a list of texts", True),
    "assume no text": (CRISIS, '["v > c"]', "[3]", "model.assume[1]", "a number where text", True),
    "assume a formula": (CRISIS, '["v > c"]', '["v - c"]', "model.assume[1]", "compare it", False),
    "assume unknown": (CRISIS, '["v > c"]', '["v > cc"]', "model.assume[1]", "did you mean 'c'", False),
    "domain": (CRISIS, '"positive"', '"positiv"', "parameters.v.domain", "did you mean 'positive'", True),
    "default outside": (CRISIS, "default = 3", "default = -3", "parameters.v", "outside the domain", False),
    "default a formula": (CRISIS, "default = 3", 'default = "c"', "parameters.v.default", "unknown name", False),
    "default nan": (CRISIS, "default = 3", "default = nan", "parameters.v.default", "not a finite number", False),
    "default inf": (CRISIS, "default = 3", "default = -inf", "parameters.v.default", "not a finite number", False),
    "default true": (CRISIS, "default = 3", "default = true", "parameters.v.default", "true or false", True),
    "default a date": (CRISIS, "default = 3", "default = 1914-06-28", "parameters.v.default", "a date", True),
    "default 1e999": (CRISIS, "default = 3", "default = 1e999", "parameters.v.default", "out of range", False),
    "parameter no table": (CRISIS, "c = { default = 1 }", "c = 1", "parameters.c", "a table", True),
    "parameter name": (CRISIS, "c = { default = 1 }", "exp = { default = 1 }", "parameters.exp", "not a name", False),
    "unused": (CRISIS, "c = { default = 1 }", "c = {}\nz = {}", "parameters", "unused parameter 'z'", False),
    "no players": (CRISIS, 'A = { hard = "p", soft = "1 - p" }\nB = {}', "", "players", "0 players", True),
    "prior sum": (CRISIS, 'soft = "1 - p"', 'soft = "p"', "players.A", "do not sum to 1", False),
    "player dot": (CRISIS, "B = {}", '"B." = {}', "players", "not a name of a player", True),
    "mover": (CRISIS, 'mover = "B"', 'mover = "b"', "tree.reply.mover", "known: A, B", False),
    "no mover": (CRISIS, 'mover = "B", ', "", "tree.reply", "'mover' is missing", True),
    "target": (CRISIS, 'yield = "WIN"', 'yield = "WINN"', "tree.reply.yield", "did you mean 'WIN'", False),
    "target kind": (CRISIS, 'yield = "WIN"', "yield = 3", "tree.reply.yield", "the name of a node", True),
    "second path": (CRISIS, 'wait = "SQ"', 'wait = "reply"', "tree.storm.chance.calm[2]", "a second path", False),
    "cycle": (CRISIS, 'yield = "WIN"', 'yield = "root"', "tree.reply", "a cycle back to 'root'", False),
    "unreachable": (CRISIS, 'yield = "WIN", ', "", "outcomes.WIN", "no play reaches", False),
    "node and outcome": (CRISIS, "SQ  =", "reply =", "outcomes.reply", "also a node of [tree]", False),
    "chance sum": (CRISIS, "0.75", "0.7", "tree.storm", "do not sum to 1", False),
    "chance branch": (CRISIS, '[0.75, "WAR"]', "[0.75]", "tree.storm.chance.hit", "not a branch", True),
    "chance and more": (CRISIS, "storm = { ", 'storm = { mover = "A", ', "tree.storm.mover", "unknown key", True),
    "pays action": (CRISIS, "fight = { B", "figth = { B", "tree.reply.pays.figth", "did you mean 'fight'", False),
    "pays player": (CRISIS, '{ B = "-c" }', '{ C = "-c" }', "tree.reply.pays.fight.C", "unknown player 'C'", False),
    "no payoff": (CRISIS, 'A = "v", B = "-v"', 'A = "v"', "outcomes.WIN", "no payoff for 'B'", False),
    "payee": (CRISIS, 'A = "v", B = "-v"', "A = 1, B = 1, C = 1", "outcomes.WIN.C", "unknown player 'C'", False),
    "payoff formula": (CRISIS, '"v - c"', '"v -- c)"', "outcomes.WAR.A.hard", "column 7", False),
    "payoff name": (CRISIS, '"v - c"', '"w - c"', "outcomes.WAR.A.hard", "unknown name 'w'", False),
    "payoff list": (CRISIS, 'A = "v", B', "A = [1], B", "outcomes.WIN.A", "a list where a number", True),
    "payoff type": (CRISIS, '"A.hard" =', '"A.herd" =', "outcomes.WAR.B.'A.herd'", "did you mean 'A.hard'", False),
    "payoff types": (CRISIS, ', soft = "-c"', "", "outcomes.WAR", "does not fit the types", False),
    "empty table": (CRISIS, 'A = "v", B', "A = {}, B", "outcomes.WIN.A", "an empty payoff table", True),
    "circle": (CRISIS, 'limit = "v/2"', 'limit = "x"\nx = "limit"', "definitions.limit", "in a circle", False),
    "clash": (CRISIS, 'limit = "v/2"', 'limit = "v/2"\nv = 1', "definitions.v", "a parameter and a definition", False),
    "no id": (CRISIS, 'id = "deterred"\n', "", "results[1]", "'id' is missing", True),
    "same id": (CRISIS, '"more at stake"', '"deterred"', "results[2].id", "names another result", False),
    "concept": (CRISIS, '"pbe"', '"pbne"', "results[1].concept", "did you mean 'pbe'", True),
    "no profile": (CRISIS, CRISIS_PROFILE, "", "results[1]", "'profile' is missing", True),
    "profile player": (CRISIS, "B = { reply", "C = { reply", "results[1].profile.C", "unknown player 'C'", False),
    "profile set": (
        CRISIS,
        "B = { reply =",
        "B = { rely =",
        "results[1].profile.B.rely",
        "did you mean 'reply'",
        False,
    ),
    "profile type": (CRISIS, "soft.root", "sot.root", "results[1].profile.A.sot", "did you mean 'soft'", False),
    "profile twice": (CRISIS, "soft.root", "root", "results[1].profile.A.root", "prescribed twice", False),
    "profile action": (CRISIS, '"press", soft', '"pres", soft', "profile.A.hard.root", "did you mean 'press'", False),
    "profile sum": (CRISIS, '{ press = "p" }', '{ press = "p", wait = "p" }', "A.soft.root", "do not sum", False),
    "profile kind": (CRISIS, '{ press = "p" }', "[]", "profile.A.soft.root", "where an action is needed", True),
    "belief": (CRISIS, '{ "A.hard" = "p" }', '{ "A.hrd" = "p" }', "beliefs.B.reply.'A.hrd'", "'A.hard'", False),
    "belief sum": (CRISIS, '{ "A.hard" = "p" }', '{ reply = "p" }', "beliefs.B.reply", "do not sum", False),
    "belief twice": (CRISIS, '"A.hard" = "p"', '"A.hard" = "p", reply = 0', "B.reply", "counted twice", False),
    "iff": (CRISIS, '["p <= limit"]', '["p <= limits"]', "results[1].iff[1]", "did you mean 'limit'", False),
    "event": (CRISIS, '"P(war)" = "3/4", "U', '"P(wra)" = "3/4", "U', "values.'P(wra)'", "did you mean 'war'", False),
    "utility": (CRISIS, '"U(A.hard)"', '"U(A.hat)"', "values.'U(A.hat)'", "did you mean 'A.hard'", False),
    "quantity": (CRISIS, '"U(A.hard)"', '"V(A.hard)"', "values.'V(A.hard)'", "not a quantity", True),
    "sign": (CRISIS, 'is = "+"', 'is = "++"', "results[2].sign.is", "did you mean", True),
    "wrt": (CRISIS, 'wrt = "v"', 'wrt = "limit"', "results[2].sign.wrt", "no parameter 'limit'", False),
    "within": (CRISIS, 'within = "deterred"', 'within = "deterd"', "sign.within", "did you mean 'deterred'", False),
    "at name": (CRISIS, 'at = { p = "1/3" }', "at = { P = 0 }", "instances[1].at.P", "no parameter 'P'", False),
    "at value": (CRISIS, 'at = { p = "1/3" }', "at = { p = 3 }", "instances[1].at.p", "outside", False),
    "class": (CRISIS, 'class = "deterred"', 'class = "bluff"', "expect.class", "no result 'bluff'", False),
    "expect": (CRISIS, "limit = 1.5", "limt = 1.5", "expect.limt", "did you mean 'limit'", False),
    "count": (CRISIS, "limit = 1.5", "count = -1", "expect.count", "out of bounds", True),
    "quantifier": (CRISIS, '"some"', '"any"', "expect.quantifier", "not one of the words", True),
    "family of no family": (
        CRISIS,
        "at = {",
        "family = { rungs = 3 }\nat = {",
        "instances[1].family",
        "no family",
        False,
    ),
    "actions": (CRISIS, "[players]", "[actions]\n[players]", "actions", "unknown key", True),
    "missing profile": (CHICKEN, '"drive, drive"', '# "drive, drive"', "table", "no payoffs for 'drive, drive'", False),
    "unknown profile": (CHICKEN, '"drive, drive"', '"drive, drift"', "table", "did you mean 'drive, drive'", False),
    "row payee": (CHICKEN, 'Column = "d"', 'Colum = "d"', "table", "no payoff for 'Column'", False),
    "action twice": (CHICKEN, 'Row = ["swerve", "drive"]', 'Row = ["drive", "drive"]', "players.Row", "twice", True),
    "no actions": (CHICKEN, 'Row = ["swerve", "drive"], ', "", "actions", "'Row' is missing", False),
    "typed": (CHICKEN, "Row = {}", 'Row = { hard = "d" }', "players.Row.hard", "unknown key", False),
    "strategic tree": (CHICKEN, "[table]", "[tree]\n[table]", "tree", "unknown key", True),
    "strategic action": (CHICKEN, '"drive", Column', '"drift", Column', "profile.Row", "did you mean 'drive'", False),
    "strategic sum": (CHICKEN, "drive = 0", "drive = 1", "profile.Column", "do not sum to 1", False),
    "strategic beliefs": (
        CHICKEN,
        'concept = "nash"',
        'concept = "nash"\nbeliefs = { Row = 1 }',
        "results[1].beliefs",
        "only an extensive game",
        True,
    ),
    "family name": (LADDER, '"ladder"', '"lader"', "family.name", "did you mean 'ladder'", True),
    "family integer": (LADDER, "rungs = 3", "rung = 3", "family.rung", "did you mean 'rungs'", False),
    "family bounds": (LADDER, "rungs = 3", "rungs = 1_000_000_000", "family.rungs", "between 2 and 256", False),
    "family huge": (LADDER, "rungs = 3", f"rungs = 1{'0' * 60}", "family.rungs", "out of bounds", False),
    "family text": (LADDER, "rungs = 3", 'rungs = "3"', "family.rungs", "a whole number", True),
    "family parameter": (LADDER, "q = {", "k = {", "parameters", "'q' is missing", False),
    "family domain": (LADDER, '"probability"', '"positive"', "parameters.q", "domain is 'probability'", False),
    "family tree": (LADDER, "[parameters]", "[tree]\n[parameters]", "tree", "unknown key", True),
    "family size": (LADDER, "rung-6", "rung-7", "profile.Challenger.rung-7", "no information set", False),
    "family result": (LADDER, "rungs = 7", "rungs = 700", "results[1].family.rungs", "between 2 and 256", False),
}


def valid(text: str) -> bool:
    """Whether the schema accepts a document."""
    return bool(VALIDATOR.is_valid(tomllib.loads(text)))


@pytest.mark.parametrize("text", [CRISIS, CHICKEN, LADDER], ids=["crisis", "chicken", "ladder"])
def test_the_unbroken_documents_pass(text: str) -> None:
    parse_game(text)
    assert valid(text)


@pytest.mark.parametrize("case", BROKEN)
def test_broken_documents_are_refused_with_place_and_remedy(case: str) -> None:
    base, old, new, path, says, _ = BROKEN[case]
    assert base.count(old) >= 1
    with pytest.raises(ModelFileError) as caught:
        parse_game(base.replace(old, new, 1), file="mine.toml")
    error = caught.value
    assert error.where.startswith("mine.toml")
    assert path in f"{error.where}: ".replace("mine.toml", "text")
    assert says in str(error)


@pytest.mark.parametrize("case", BROKEN)
def test_the_schema_refuses_what_it_can_see(case: str) -> None:
    base, old, new, _, _, visible = BROKEN[case]
    assert valid(base.replace(old, new, 1)) is not visible


@pytest.mark.parametrize("path", model_files(), ids=lambda path: path.stem)
def test_every_model_fits_the_schema(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_the_schema_is_a_schema_and_names_what_the_reader_knows() -> None:
    schema: dict[str, Any] = dict(VALIDATOR.schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    described = [name for name, part in schema["properties"].items() if "description" in part or "$ref" in part]
    assert {"parameters", "players", "tree", "outcomes", "family", "definitions"} <= set(described)
    assert schema["$defs"]["result"]["else"]["properties"]["concept"]["enum"] == list(CONCEPTS)
    assert set(schema["properties"]["model"]["properties"]["form"]["enum"]) == set(FILE_FORMS)


def test_the_format_document_agrees_with_the_code() -> None:
    text = (Path(__file__).parents[1] / "docs" / "model-format.md").read_text(encoding="utf-8")
    for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        tomllib.loads(block)
    for family in FAMILIES.values():
        assert f"`{family.name}`" in text
        assert all(f"{i.least} to {i.most}" in text for i in family.integers.values())
    bounds = text.partition("## Bounds")[2].replace(" ", "").replace("\n", "")
    for most, what in (
        (safety.MAX_NESTING, "levels"),
        (safety.MAX_KEY_PARTS, "parts"),
        (safety.MAX_BARE, "charactersofanumber"),
        (safety.MAX_LINES, "lines"),
        (safety.MAX_KEYS, "keys"),
        (read_games.MAX_PLAYERS, "players"),
        (read_games.MAX_PARAMETERS, "parameters"),
        (read_games.MAX_UNFOLDED, "nodes"),
        (scope.MAX_DEFINITIONS, "definitions"),
        (scope.MAX_WRITTEN_OUT, "charactersofformulas"),
        (reader.MAX_SIZES, "sizes"),
    ):
        assert f"{most}{what}" in bounds


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("format = 1\nmodel = {", "line 2, column 10"),
        ("format = 1\n[model\n", "line 2, column 7"),
        ('format = 1\ntitle = "open', "line 2, column 9"),
        ("format = 1\nformat = 1\n", "line 2"),
        ("a.b = 1\na = 2\n", "line 2"),
        ("x = 2024-13-45\n", "line 1"),
        ('x = "\\q"\n', "line 1"),
    ],
)
def test_syntax_errors_name_line_and_column(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelFileError) as caught:
        read_game(path)
    assert str(path) in caught.value.where
    assert place in str(caught.value)
    assert caught.value.remedy
