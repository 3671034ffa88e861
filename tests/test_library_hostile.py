"""Hostile files are refused quickly and clearly, or stay harmless data; nothing crashes, hangs or is executed."""

from __future__ import annotations

import os
import tomllib
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import ModelFileError
from deterrence.library import parse_game, parse_references, read_game, write_game
from deterrence.library.safety import MAX_BYTES, MAX_NESTING, parse_document

HEAD = 'format = 1\nmodel = { form = "strategic" }\nplayers = { A = {} }\nactions = { A = ["x"] }\n'
GAME = HEAD + 'table = { "x" = { A = 1 } }\n'
SECONDS = 5.0  # far above what any of these takes; a hang or quadratic work is far above it in turn


def tree(moves: str, *, players: str = "A = {}", outcomes: str = "z = { A = 0 }") -> str:
    """A file of an extensive game."""
    return (
        f'format = 1\nmodel = {{ form = "extensive" }}\n[players]\n{players}\n[tree]\n{moves}\n[outcomes]\n{outcomes}\n'
    )


def chain(length: int) -> str:
    """A long game of one player."""
    moves = [f'n{i} = {{ mover = "A", a = "n{i + 1}", b = "z" }}' for i in range(length)]
    return tree("\n".join([*moves, f'n{length} = {{ mover = "A", a = "z" }}']))


def bomb(levels: int, formula: str = "d{0}*d{0}", first: str = "v + 1") -> str:
    """Definitions that double in length at every level."""
    lines = [f'd0 = "{first}"', *(f'd{i + 1} = "{formula.format(i)}"' for i in range(levels))]
    return (
        f"{HEAD}parameters = {{ v = {{}} }}\n[definitions]\n"
        + "\n".join(lines)
        + (f'\n[table]\n"x" = {{ A = "d{levels}" }}\n')
    )


def sizes(count: int) -> str:
    """Instances of many sizes of a family."""
    names = {"v_1": "positive", "v_2": "positive", "D_1": "positive", "D_2": "positive", "c": "nonnegative"}
    known = "".join(f'{name} = {{ domain = "{domain}" }}\n' for name, domain in (names | {"q": "probability"}).items())
    cases = "".join(f"[[instances]]\nfamily = {{ rungs = {k} }}\nexpect = {{ }}\n" for k in range(2, count))
    return f'format = 1\nmodel = {{ form = "extensive" }}\nfamily = {{ name = "ladder" }}\n[parameters]\n{known}{cases}'


def long_formulas(count: int) -> str:
    """Many outcomes with a long formula each."""
    formula = "+".join(f"a*a**{i % 9}" for i in range(12))
    actions = ", ".join(f'b{i} = "z{i}"' for i in range(count))
    outcomes = "\n".join(f'z{i} = {{ A = "{formula}" }}' for i in range(count))
    return tree(f'n = {{ mover = "A", {actions} }}', outcomes=outcomes).replace(
        "[tree]", "[parameters]\na = {}\n[tree]"
    )


def repeated_definition(count: int) -> str:
    """Many outcomes that use the same long definition."""
    formula = "+".join(f"a*a**{i % 9}" for i in range(100))
    actions = ", ".join(f'b{i} = "z{i}"' for i in range(count))
    outcomes = "\n".join(f'z{i} = {{ A = "d" }}' for i in range(count))
    text = tree(f'n = {{ mover = "A", {actions} }}', outcomes=outcomes)
    return text.replace("[tree]", f'[parameters]\na = {{}}\n[definitions]\nd = "{formula}"\n[tree]')


def typed(players: int, types: int) -> str:
    """Many players with many types."""
    names = ", ".join(f'"t{i}"' for i in range(types))
    share = ", ".join(f't{i} = "1/{types}"' for i in range(types))
    who = [f"P{i}" for i in range(players)]
    outcome = "z = { " + ", ".join(f"{w} = 0" for w in who) + " }"
    assert names
    return tree(
        'n = { mover = "P0", a = "z" }', players="\n".join(f"{w} = {{ {share} }}" for w in who), outcomes=outcome
    )


HOSTILE: dict[str, tuple[str, str]] = {
    "deep arrays": (GAME + "x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    "deep tables": (GAME + "x = " + "{a=" * 5000 + "1" + "}" * 5000, "nested too deeply"),
    "open brackets": (GAME + "x = " + "[" * 500_000, "nested too deeply"),
    "brackets behind a quote in a comment": (GAME + '# "\nx = ' + "[" * 5000, "nested too deeply"),
    "brackets after a tricky string": (GAME + 'x = """a""""\ny = ' + "[" * 5000, "nested too deeply"),
    "dots": (GAME + ".".join("a" * 100_000) + " = 1", "too many dots"),
    "dotted header": (GAME + "[" + ".".join("a" * 100_000) + "]", "too many dots"),
    "quoted dots": (GAME + ".".join(['"a"'] * 50_000) + " = 1", "too many dots"),
    "long bare key": (GAME + "a" * 500_000 + " = 1", "a long key or number"),
    "long quoted key": (GAME + '"' + "a" * 500_000 + '" = 1', "a key of 500000 characters"),
    "long integer": (GAME + "x = " + "9" * 900_000, "a long key or number"),
    "long hexadecimal": (GAME + "x = 0x" + "f" * 900_000, "a long key or number"),
    "long float": (GAME + "x = 0." + "3" * 900_000, "a long key or number"),
    "float beyond bounds": (HEAD + 'table = { "x" = { A = 1e999999999 } }', "out of range"),
    "float near zero": (HEAD + 'table = { "x" = { A = 1e-999999999 } }', "out of range"),
    "nan": (HEAD + 'table = { "x" = { A = nan } }', "not a finite number"),
    "many keys": (GAME + "\n".join(f"k{i} = 1" for i in range(60_000)), "too many lines"),
    "many keys on a line": (GAME + "x = { " + ", ".join(f"k{i}=1" for i in range(70_000)) + " }", "too many"),
    "redefinition": (GAME + "[a]\n" * 2, "Cannot declare"),
    "array of tables": (GAME + "[[x]]\n" * 29_000, "unknown key 'x'"),
    "dotted redefinition": (GAME + "\n".join(f"a.b{i}.c = 1" for i in range(20_000)), "unknown key 'a'"),
    "null byte": (GAME + "# \0", "null byte"),
    "byte order mark": ("\ufeff" + GAME, "byte order mark"),
    "control character": (GAME + "# \x1b[31m", "line 6"),
    "no end of string": (GAME + 'x = "' + "a" * 100_000, "a string without end"),
    "no end of long string": (GAME + 'x = """' + '"a' * 100_000, "a string without end"),
    "backslashes": (GAME + 'x = "' + "\\" * 300_001 + '"', "a string without end"),
    "quotes": (GAME + "x = " + '"' * 300_001, "line 6"),
    "code as formula": (HEAD + 'table = { "x" = { A = "__import__(\'os\')" } }', "a name starts with a letter"),
    "power tower": (HEAD + 'table = { "x" = { A = "9**9**9**9" } }', "too large"),
    "long formula": (HEAD + f'table = {{ "x" = {{ A = "{"(" * 500_000}" }} }}', "too long"),
    "squared definitions": (bomb(60), "with its definitions written out"),
    "doubled definitions": (bomb(60, "d{0} + d{0}"), "with its definitions written out"),
    "definitions of powers": (bomb(60, "d{0}**d{0}"), "with its definitions written out"),
    "definitions of numbers": (bomb(60, "d{0}*d{0}", "3"), "with its definitions written out"),
    "deep definitions": (bomb(200, "exp(d{0})"), "nested too deeply"),
    "many definitions": (bomb(5000, "d{0}"), "at most 300"),
    "circle": (bomb(3, "d{0}").replace("v + 1", "d3"), "in a circle"),
    "cyclic tree": (tree('n = { mover = "A", a = "m" }\nm = { mover = "A", a = "n" }'), "a cycle back"),
    "doubling tree": (
        tree("\n".join(f'n{i} = {{ mover = "A", a = "n{i + 1}", b = "n{i + 1}" }}' for i in range(60))),
        "second path",
    ),
    "million rungs": (
        'format = 1\nmodel = { form = "extensive" }\nfamily = { name = "ladder", rungs = 1_000_000_000 }',
        "between 2 and 256",
    ),
    "many sizes": (sizes(300), "more than 16 sizes"),
    "long formulas": (long_formulas(6000), "too long together"),
    "many long definitions": (repeated_definition(1800), "too long together"),
    "many type profiles": (typed(20, 10), "nodes for every profile of types"),
    "many types": (typed(2, 400), "nodes for every profile of types"),
    "many players": (typed(3000, 1), "3000 players"),
    "many actions": (
        'format = 1\nmodel = { form = "strategic" }\n[players]\n'
        + "\n".join(f"P{i} = {{}}" for i in range(30))
        + "\n[actions]\n"
        + "\n".join(f'P{i} = ["a", "b", "c"]' for i in range(30))
        + "\n[table]\n",
        "profiles",
    ),
}


def refused_in(text: str, says: str) -> float:
    """Check that a text is refused with these words; return the seconds it took."""
    start = process_time()
    with pytest.raises(ModelFileError) as caught:
        parse_game(text, file="evil.toml")
    seconds = process_time() - start
    shown = str(caught.value)
    assert says in shown
    assert shown.startswith("evil.toml")
    assert caught.value.remedy
    assert len(shown) < 1200
    assert shown.isprintable()
    return seconds


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_quickly(case: str, record_property: Callable[[str, object], None]) -> None:
    seconds = refused_in(*HOSTILE[case])
    if seconds > 0.5:
        record_property("measured", f"hostile file ({case}): refused in {seconds:.2f} s")
    assert seconds < SECONDS


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * (MAX_BYTES * 40))
    tracemalloc.start()
    with pytest.raises(ModelFileError, match="larger than"):
        read_game(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MAX_BYTES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_special_files_are_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    link = tmp_path / "link.toml"
    link.symlink_to(pipe)
    for path in (pipe, link, tmp_path, Path("/dev/zero"), Path("/dev/stdin")):
        with pytest.raises(ModelFileError, match=r"not an ordinary file|cannot be read"):
            read_game(path)


@pytest.mark.parametrize("path", ["missing.toml", "a\0b.toml", "", "x" * 10_000])
def test_bad_paths_are_refused(path: str) -> None:
    with pytest.raises(ModelFileError, match=r"cannot be read|not a path"):
        read_game(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"# \xff", "line 1: not UTF-8"),
        (b"\n\n# \xc0\x80", "line 3: not UTF-8"),
        (b"\xff\xfe" + "format = 1".encode("utf-16-le"), "not UTF-8"),
        (b"\xef\xbb\xbfformat = 1", "byte order mark"),
    ],
)
def test_other_encodings_are_refused(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=says):
        read_game(path)


@pytest.mark.parametrize("title", ["\x1b[31m\x07", "<script>alert(1)</script>", "\u202e", r"\input{/etc/passwd}"])
def test_hostile_titles_stay_data(title: str) -> None:
    escaped = "".join(f"\\U{ord(c):08X}" for c in title)
    game = parse_game(GAME.replace('"strategic"', f'"strategic", title = "{escaped}"'))
    assert game.about.title == title
    assert parse_game(write_game(game)).about.title == title
    assert "<script>" not in game._repr_html_()


def test_hostile_names_do_not_reach_the_terminal() -> None:
    for text in (
        GAME + '"\\u001b[31m" = 1',
        GAME.replace('"x"', '"\\u001b[31m"'),
        GAME.replace("A = 1", '"\\u0007" = 1'),
    ):
        with pytest.raises(ModelFileError) as caught:
            parse_game(text)
        assert str(caught.value).isprintable()


def test_long_games_within_the_bounds_are_read() -> None:
    start = process_time()
    game = parse_game(chain(5000))
    assert process_time() - start < 3 * SECONDS
    assert len(game.players) == 1


def test_a_forgotten_move_is_found_in_a_long_game() -> None:
    text = chain(300).replace('n300 = { mover = "A"', 'n300 = { mover = "A", information = "n0", b = "z"')
    with pytest.raises(ModelFileError, match="forget an own move"):
        parse_game(text)


def test_definitions_at_the_bound_can_be_written_and_read() -> None:
    """What is just short enough to be read is also short enough to be read again, written out."""
    for levels in range(4, 12):
        text = bomb(levels, "d{0} - d{0}/2")
        if levels > 6:
            with pytest.raises(ModelFileError, match="too long"):
                parse_game(text)
        else:
            game = parse_game(text)
            assert parse_game(write_game(game)) == game


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_game_or_an_error(text: str) -> None:
    for document in (text, GAME + text, GAME.replace("A = 1", text), GAME.replace('"strategic"', text)):
        try:
            parse_game(document)
        except ModelFileError as error:
            shown = str(error)
        else:
            continue
        assert shown.isprintable()


STRINGS = st.one_of(
    st.text(st.sampled_from("a[]{}#'.,= ")).map(lambda text: f'"{text}"'),
    st.text(st.sampled_from('a[]{}#"\\.,= ')).map(lambda text: f"'{text}'"),
    st.text(st.sampled_from("a[]{}#'.,=\n ")).map(lambda text: f'"""{text}"""'),
    st.text(st.sampled_from("a[]{}# ")).map(lambda text: f'"""{text}\\""]"""'),
    st.text(st.sampled_from("a[]{}# ")).map(lambda text: f'"""{text}""""'),
    st.text(st.sampled_from('a[]{}#"\n ')).map(lambda text: f"'''{text}'''"),
    st.text(st.sampled_from("a[]{}'\" ")).map(lambda text: f"# {text}\n1"),
)


@given(st.lists(STRINGS, max_size=4), st.integers(1, 30))
def test_brackets_in_strings_and_comments_do_not_count(texts: list[str], depth: int) -> None:
    document = f"x = [{', '.join([*texts, '[' * (depth - 1) + ']' * (depth - 1)])}]"
    tomllib.loads(document)
    if depth <= MAX_NESTING:
        assert list(parse_document(document, "text")) == ["x"]
    else:
        with pytest.raises(ModelFileError, match="nested too deeply"):
            parse_document(document, "text")


@pytest.mark.parametrize(
    "text",
    [
        "@book{x, author = {A}, title = {" + "{" * 1000 + "}" * 1000 + "}, year = 2000}",
        "@book{x, author = {A}, title = {" + "a" * 500_000,
        "@book{x" + " " * 500_000,
        "@" * 100_000,
        "@book{x, author = {A}, title = {T}, year = " + "9" * 500_000 + "}",
        "@book{x, author = {A}, title = {T}, year = 2000}" * 2,
        "@book{x, title = {T}, year = 2000}",
        "@book{x, author = {A}, title = {T}, year = {MM}}",
        '@book{x, author = "A", title = {T}, year = 2000}',
        "@book{x, author = {A}, author = {B}, title = {T}, year = 2000}",
        "@book{x, author = {A} title = {T}}",
    ],
)
def test_hostile_references_are_refused(text: str) -> None:
    start = process_time()
    with pytest.raises(ModelFileError) as caught:
        parse_references(text, "evil.bib")
    assert process_time() - start < SECONDS
    assert caught.value.where.startswith("evil.bib")
