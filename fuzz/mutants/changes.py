# SPDX-License-Identifier: Apache-2.0
"""Small changes to C sources, of which most are bugs: found by a lexer that sees no more than tokens.

Only in bodies of functions; not in macros, asserts, or what is printed.
"""

import random
import re

KINDS = ("flipped comparison", "off by one", "dropped statement", "swapped operands", "negated condition",
         "changed constant")

TOKEN = re.compile(r"""
      (?P<space>\s+ | /\*.*?\*/ | //[^\n]*)
    | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
    | (?P<text>"(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
    | (?P<number>\.?[0-9](?:[eE][+-]|[\w.])*)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
""", re.S | re.M | re.X)

# Calls whose arguments are checks of our own, or text. say and line are what reports are made of.
SILENT = {"CAIRN_ASSERT", "CAIRN_AUDIT", "CAIRN_CHECK", "CAIRN_STATIC_ASSERT", "__attribute__", "cairn_fatal", "cairn_warn",
          "cairn_format", "cairn_printf", "computed_line", "line", "say"}

OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
NEIGHBOUR = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
# Operators where it matters what stands on which side, and what binds tighter than they do.
ORDERED = {"-", "/", "%", "<<", ">>"}
TIGHTER = {"*", "/", "%", ".", "->", "[", "(", "++", "--"}
KEYWORDS = {"auto", "case", "const", "default", "do", "else", "enum", "extern", "for", "goto", "if", "register", "return",
            "sizeof", "static", "struct", "switch", "typedef", "union", "volatile", "while"}


class Token:
    __slots__ = ("kind", "text", "start", "end")

    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)


class Change:
    """One change of one file: text[start:end] becomes new."""

    def __init__(self, kind, text, start, end, new):
        self.kind, self.start, self.end, self.old, self.new = kind, start, end, text[start:end], new
        self.line = text.count("\n", 0, start) + 1

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]

    def __str__(self):
        old, new = (" ".join(part.split()) for part in (self.old, self.new))
        return f"{self.kind}: {old}" if not new or self.kind == "negated condition" else f"{self.kind}: {old} -> {new}"


def tokens_of(text):
    """Tokens without space, comments and directives."""
    found = (Token(match.lastgroup, match.group(), match.start()) for match in TOKEN.finditer(text))
    return [token for token in found if token.kind not in ("space", "directive")]


def bodies(tokens):
    """The tokens of each function's body, without its braces."""
    depth, start = 0, None
    for i, token in enumerate(tokens):
        if token.text == "{":
            if depth == 0 and i > 0 and tokens[i - 1].text == ")":
                start = i + 1
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0 and start is not None:
                yield tokens[start:i]
                start = None


def closing(tokens, i):
    """The place of the parenthesis that closes the one at i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[j].text, 0)
        if depth == 0:
            return j
    return len(tokens) - 1


def speaking(tokens):
    """Which tokens may be changed: not those of silent calls."""
    free = [True] * len(tokens)
    for i, token in enumerate(tokens[:-1]):
        if token.text in SILENT and tokens[i + 1].text == "(":
            for j in range(i, closing(tokens, i + 1) + 1):
                free[j] = False
    return free


def statements(tokens):
    """(first, end) of each statement that is an expression, or a jump without a value; end is its semicolon."""
    first, nesting = 0, 0
    for i, token in enumerate(tokens):
        nesting += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        is_label = token.text == ":" and tokens[first].text in ("case", "default")
        if nesting == 0 and (token.text in (";", "{", "}") or is_label):
            if token.text == ";" and i > first and is_expression(tokens[first:i]):
                yield first, i
            first = i + 1


def is_expression(statement):
    words = [token.text for token in statement]
    if words[0] in KEYWORDS or words[:2] == ["(", "void"] or "{" in words:
        return False
    is_declaration = statement[0].kind == "name" and len(statement) > 1 and (
        statement[1].kind == "name" or (words[1] == "*" and "(" not in words[:2]))
    return not is_declaration


def operand_before(tokens, end):
    """Where the simple operand that ends before end begins: a name with its members, or a number; None for others."""
    i = end - 1
    if i < 0 or tokens[i].kind not in ("name", "number") or tokens[i].text in KEYWORDS:
        return None
    while i >= 2 and tokens[i - 1].text in (".", "->") and tokens[i - 2].kind == "name":
        i -= 2
    before = tokens[i - 1].text if i > 0 else ""
    return None if before in TIGHTER - {"[", "("} or before in ORDERED | {")", "]", "&", "!", "~"} else i


def operand_behind(tokens, start):
    """Where the simple operand that begins at start ends."""
    i = start
    if i >= len(tokens) or tokens[i].kind not in ("name", "number"):
        return None
    while i + 2 < len(tokens) and tokens[i + 1].text in (".", "->") and tokens[i + 2].kind == "name":
        i += 2
    behind = tokens[i + 1].text if i + 1 < len(tokens) else ""
    return None if behind in TIGHTER or behind in ("<<", ">>") else i + 1


def other_number(number, choice):
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", number)
    if not match:
        return None
    value = int(match.group(1), 16 if match.group(1)[:2] in ("0x", "0X") else 10)
    if value >> 16:  # a mask, or to spread hashes
        return None
    return str(max(value - 1, 0) if choice and value > 0 else value + 1) + match.group(2)


def changes_at(text, tokens, i, choice):
    """What one token can become: (kind, start, end, new)."""
    token = tokens[i]
    if token.text in OPPOSITE:
        yield "flipped comparison", token.start, token.end, OPPOSITE[token.text]
    if token.text in NEIGHBOUR:
        yield "off by one", token.start, token.end, NEIGHBOUR[token.text]
    if token.text in ("+", "-") and i > 0 and tokens[i + 1:i + 2] and tokens[i + 1].text == "1" and \
            (tokens[i - 1].kind in ("name", "number") or tokens[i - 1].text in (")", "]")):
        yield "off by one", token.start, tokens[i + 1].end, ""
    if token.text in ORDERED:
        first, end = operand_before(tokens, i), operand_behind(tokens, i + 1)
        if first is not None and end is not None:
            one = text[tokens[first].start:tokens[i - 1].end]
            other = text[tokens[i + 1].start:tokens[end - 1].end]
            yield "swapped operands", tokens[first].start, tokens[end - 1].end, f"{other} {token.text} {one}"
    if token.text in ("if", "while") and tokens[i + 1:i + 2] and tokens[i + 1].text == "(":
        last = closing(tokens, i + 1)
        condition = text[tokens[i + 1].start:tokens[last].end]
        yield "negated condition", tokens[i + 1].start, tokens[last].end, f"(!{condition})"
    if token.kind == "number" and other_number(token.text, choice) is not None:
        yield "changed constant", token.start, token.end, other_number(token.text, choice)
    if token.text in ("true", "false"):
        yield "changed constant", token.start, token.end, "false" if token.text == "true" else "true"


def changes_of(text, chance):
    """All changes of a file, as (kind, start, end, new)."""
    for body in bodies(tokens_of(text)):
        free = speaking(body)
        for i in range(len(body)):
            choice = chance.random() < 0.5
            if free[i]:
                yield from changes_at(text, body, i, choice)
        for first, end in statements(body):
            if all(free[first:end]):
                yield "dropped statement", body[first].start, body[end - 1].end, ""


def shuffled(texts, seed):
    """(path, Change) of all sources, one kind after the other, each in an order that only the seed decides.

    texts: {path: text}.
    """
    chance = random.Random(seed)
    by_kind = {kind: [] for kind in KINDS}
    for path in sorted(texts):
        for kind, start, end, new in changes_of(texts[path], chance):
            by_kind[kind].append((path, Change(kind, texts[path], start, end, new)))
    for found in by_kind.values():
        chance.shuffle(found)
    while any(by_kind.values()):
        for kind in KINDS:
            if by_kind[kind]:
                yield by_kind[kind].pop()
