"""What a visitor's statement may cost, told before it runs: from its text, and from the program it compiles to.

SQLite writes out each use of a table of WITH, and of a column of a subquery, while it compiles, which can't be stopped;
so a statement whose uses multiply is refused by its text. While it runs, SQLite can be stopped only where its program
jumps back; so the longer a pass through the program and the slower its functions, the shorter the values that it may
hold. The guard asks; this file has no hook of its own.
"""

import math
import re
from collections import Counter

LONGEST = 1_000_000  # bytes of one value
LONGEST_STORED = 100_000  # of one that is stored, or written in the statement
PASS_NANOSECONDS = 100_000_000  # what one pass through a program may take
# Measured in SQLite 3.40, in the worst case: nanoseconds for each byte of a value, and for each byte squared.
OTHER_STEP = (1, 0)
FUNCTION_STEP = (20, 0)
SEARCH_STEP = (4000, 0)  # reading a full-text query
SLOW_STEPS = {
    "like": (700, 0),
    "glob": (700, 0),
    "instr": (20, 0.005),
    "replace": (20, 0.005),
    "trim(2)": (20, 2.5),
    "ltrim(2)": (20, 2.5),
    "rtrim(2)": (20, 2.5),
}
LIGHT = (  # those that give a number, a short word, or one of the values they were given
    "abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling coalesce cos cosh count cume_dist degrees dense_rank "
    "exp first_value floor if ifnull iif lag last_value lead likelihood likely ln log log10 log2 max median min mod "
    "nth_value ntile nullif percent_rank percentile pi pow power radians random rank round row_number sign sin sinh "
    "sqrt sum tan tanh total trunc typeof unlikely"
)
LIGHT_FUNCTIONS = frozenset(LIGHT.split())
FUNCTION_OPCODES = frozenset({"Function", "PureFunc", "AggStep", "AggStep1", "AggInverse", "AggValue", "AggFinal"})

MOST_SELECTS = 500
MOST_WRITTEN_OUT = 100_000
DEEPEST = 100  # brackets in brackets; SQLite's own parser stops before
QUOTED = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?(?:\*/|$)|[\"`\[](?P<name>\w+)[\"`\]]", re.DOTALL)
WITH_TABLE = re.compile(
    r"\b(\w+)\s*(?:\([^()]*\)\s*)?\bas\s*(?:(?:not\s+)?materialized\s*)?\(\s*(?=select|values|with)"
)
USED_TABLE = re.compile(r"(?:\bfrom|\bjoin|,)[\s(]+(\w+)\b(?!\s*[.(])")
BRACKET = re.compile(r"[()]")
INNERMOST = re.compile(r"(?:\b(\w+)\s*)?\(([^()]*)\)")
CLAUSE = re.compile(r",|\b(?:select|from|join|on|where|group|having|order|limit|window|union|intersect|except|with)\b")
WORD = re.compile(r"\b(?:\w+\s*\.\s*)?([^\W\d]\w*)\b")
NOT_COLUMNS = (
    "select from join on where group having order limit window union intersect except with and or not is null as case "
    "when then else end in over by between like glob match collate nocase distinct exists asc desc"
)
KEYWORDS = frozenset(NOT_COLUMNS.split())


def name_step(opcode, detail, searches=False):
    """What one step of a compiled program costs, as (ns per byte, ns per byte squared)."""
    if opcode == "VFilter":
        return SEARCH_STEP if searches else FUNCTION_STEP
    name = str(detail).partition("(")[0]
    if opcode not in FUNCTION_OPCODES or name in LIGHT_FUNCTIONS:
        return OTHER_STEP
    return SLOW_STEPS.get(detail) or SLOW_STEPS.get(name) or FUNCTION_STEP


def longest_value(steps, searches=False):
    """The longest value, in bytes, with which one pass through a program of (opcode, detail) steps keeps its time.

    `searches` says that the statement names a full-text table.

    >>> longest_value([("Function", "trim(2)")])
    6320
    """
    costs = [name_step(*step, searches) for step in steps]
    linear, square = sum(cost[0] for cost in costs) or 1, sum(cost[1] for cost in costs)
    if not square:
        return min(LONGEST, PASS_NANOSECONDS // linear)
    return min(LONGEST, int((math.sqrt(linear**2 + 4 * square * PASS_NANOSECONDS) - linear) / (2 * square)))


def makes_text(steps):
    """Whether a program of (opcode, detail) steps makes texts of its own, which may be longer than those stored.

    >>> makes_text([("Column", None)]), makes_text([("Function", "upper(1)")])
    (False, True)
    """
    return any(opcode == "Concat" or name_step(opcode, detail) != OTHER_STEP for opcode, detail in steps)


def bare(sql):
    """A statement in lower case without texts, comments and quotes around names."""
    return QUOTED.sub(lambda match: match["name"] or " ", sql).lower()


def end_of_brackets(text, start):
    """The place behind the bracket that closes the one before `start`."""
    depth = 1
    for match in BRACKET.finditer(text, start):
        depth += 1 if match[0] == "(" else -1
        if not depth:
            return match.end()
    return len(text)


def size_of_select(text, sizes):
    """One, and what the tables of WITH that it uses come to."""
    return 1 + sum(sizes.get(name, 0) for name in USED_TABLE.findall(text))


def count_selects(sql):
    """How many SELECTs a statement becomes when each use of a table of WITH is written out.

    >>> count_selects("with a as (select 1), b as (select * from a, a) select * from b, b")
    7
    """
    text, sizes, tail = bare(sql), {}, 0
    for match in WITH_TABLE.finditer(text):
        tail = end_of_brackets(text, match.end())
        sizes[match[1]] = size_of_select(text[match.end() : tail], sizes)
    return size_of_select(text[tail:], sizes)


def count_uses(text):
    """How often one expression of a SELECT names the same column, at most."""
    expressions = (Counter(WORD.findall(piece)) for piece in CLAUSE.split(text))
    return max((uses for words in expressions for word, uses in words.items() if word not in KEYWORDS), default=1)


def count_written_out(sql):
    """How often a column may come to be written out when each subquery's columns are put in place of their names.

    >>> count_written_out("select b + b from (select a * a * a as b from t)")
    6
    """
    times = 1

    def fold(match):
        nonlocal times
        if match[2].lstrip().startswith("select"):
            times *= count_uses(match[2])
            return f" {match[1] or ''} "
        return f" {match[1] if match[1] in KEYWORDS else ''} {match[2].replace(',', ' ')} "

    text = bare(sql)
    for _ in range(DEEPEST):
        folded = INNERMOST.sub(fold, text)
        if folded == text:
            break
        text = folded
    return times * count_uses(text)


def find_excess(sql):
    """Why a statement is not even compiled, or None."""
    if count_selects(sql) > MOST_SELECTS:
        return "The tables of WITH multiply beyond what a visitor's statement may use."
    if count_written_out(sql) > MOST_WRITTEN_OUT:
        return "Columns of subqueries are used so often, one within the other, that they multiply."
    return None
