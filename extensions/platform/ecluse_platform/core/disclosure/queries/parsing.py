"""From text to one SELECT: everything that is not one is refused before any meaning is given to it."""

from __future__ import annotations

from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from ecluse_platform.core.disclosure.queries.places import Places, shortened
from ecluse_platform.core.refusals import Refusal

DIALECT = "duckdb"
# A parser calls itself for each level; these bounds keep any text far from the end of its stack.
_DEEPEST_BRACKETS = 40
_DEEPEST_TREE = 120
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_REPEATABLE = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_READING = frozenset({TokenType.SELECT, TokenType.FROM, TokenType.WITH, TokenType.L_PAREN, TokenType.VALUES})
_NESTING = {"with_": "WITH"}


def parse_one(sql: str, most_characters: int) -> tuple[exp.Expr | None, Places]:
    """Return the one statement that a text holds, with the places of its parts; refuse what cannot be read safely."""
    if len(sql) > most_characters:
        raise Refusal("sql_too_long", {"most": str(most_characters)})
    tokens = _tokens(sql)
    places = Places(sql, tokens)
    _check_one_reading(tokens, places)
    _check_depth_of_text(tokens)
    tree = _tree(sql, places)
    _check_depth_of_tree(tree)
    return tree, places


def parse_select(sql: str, most_characters: int) -> tuple[exp.Select, Places]:
    """Return the one SELECT that a text holds, with the places of its parts; refuse any other text."""
    tree, places = parse_one(sql, most_characters)
    if isinstance(tree, exp.SetOperation):
        raise places.refusal("sql_nested", tree.key, what=tree.key.upper())
    if not isinstance(tree, exp.Select):
        raise places.refusal("sql_nested", places.start, what=places.first_word)
    for key, word in _NESTING.items():
        if tree.args.get(key):
            raise places.refusal("sql_nested", word, what=word)
    return tree, places


def _tokens(sql: str) -> list[Token]:
    try:
        tokens = list(sqlglot.tokenize(sql, dialect=DIALECT))
    except TokenError:
        # A quote or a comment that is never closed: only its end, the end of the text, is known.
        raise Places(sql, ()).refusal("sql_syntax", max(len(sql) - 1, 0)) from None
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise Refusal("sql_empty")
    return tokens


def _check_one_reading(tokens: list[Token], places: Places) -> None:
    if tokens[0].token_type not in _READING:
        raise Refusal("sql_not_select", {"word": shortened(tokens[0].text.upper())})
    for token, following in pairwise(tokens):
        if token.token_type is TokenType.SEMICOLON:
            raise places.refusal("sql_several_statements", following.start)


def _check_depth_of_text(tokens: list[Token]) -> None:
    depth = run = indices = 0
    before = None
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        run = run + 1 if token.token_type in _REPEATABLE else 0
        # An index behind an index: the parser's time grows with the square of how many there are.
        if token.token_type is TokenType.L_BRACKET:
            indices = indices + 1 if before is TokenType.R_BRACKET else 0
        before = token.token_type
        if max(depth, run, indices) > _DEEPEST_BRACKETS:
            raise Refusal("sql_too_deep")


def _tree(sql: str, places: Places) -> exp.Expr | None:
    try:
        statements = [s for s in sqlglot.parse(sql, dialect=DIALECT) if s is not None]
    except ParseError as error:
        raise _syntax(error, places) from None
    except RecursionError:
        raise Refusal("sql_too_deep") from None
    except (ValueError, TypeError, AttributeError, IndexError, KeyError):
        # The parser is not ours: whatever it trips over is a text that cannot be read.
        raise places.refusal("sql_syntax", 0) from None
    return statements[0] if len(statements) == 1 else None


def _syntax(error: ParseError, places: Places) -> Refusal:
    found = error.errors[0] if error.errors else {}
    line, column = found.get("line"), found.get("col")
    if line is None or column is None:
        return places.refusal("sql_syntax", 0)
    return Refusal("sql_syntax", {"line": str(line), "column": str(column)})


def _check_depth_of_tree(tree: exp.Expr | None) -> None:
    level = [] if tree is None else [tree]
    for _ in range(_DEEPEST_TREE):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return
    raise Refusal("sql_too_deep")
