"""Searches that somebody types: characters, operators of FTS5, quotes, brackets, scripts of the world, long ones."""

CHARACTERS = list(
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~§°·–—…«»„“”‘’€¿¡\x00\x01\t\n\r\x1b\x7f\x85\u200b\u202e\ufeff\u2028"
)
OPERATORS = ["AND", "OR", "NOT", "NEAR", "NEAR(", "NEAR(a b, 3)", "NEAR/2", "a AND", "AND b", "a OR OR b", "NOT a"]
OPERATORS += [
    "a NOT b",
    "title:",
    "title:neural",
    "title : neural",
    "nosuch:neural",
    "{title keywords}:neural",
    "^neural",
]
OPERATORS += [
    "-neural",
    "- title:neural",
    "neural*",
    "neu*al",
    "*neural",
    "**",
    "* *",
    "neural + collapse",
    "a + ",
    "+a",
]
QUOTES = [
    '"',
    '""',
    '"""',
    '" "',
    '"neural',
    'neural"',
    '"neural" collapse"',
    "'",
    "''",
    "'neural'",
    "it's",
    'a"b"c',
    "`",
]
QUOTES += [
    '"neural collapse',
    '"*"',
    '"neural*"',
    '"a" OR "b"',
    "“neural collapse”",
    "„Erdős“",
    '\\"',
    '"\\',
    "'; drop table",
]
BRACKETS = [
    "(",
    ")",
    "()",
    "((((",
    "(neural",
    "neural)",
    "(a OR b",
    "[neural]",
    "{neural}",
    "<neural>",
    "(((a)))",
    ")(",
]
WORDS = [
    "c++",
    "C#",
    ".NET",
    "node.js",
    "l2-norm",
    "pre-training",
    "O(n^2)",
    "α",
    "σ-algebra",
    "x_1",
    "10%",
    "50 000",
    "1e-9",
]
WORDS += [
    "Ба́йес",
    "нейросеть",
    "Ньютон",
    "神经网络",
    "ニューラル",
    "الشبكة",
    "רשת",
    "नमस्ते",
    "Erdős",
    "Erdös",
    "Ströbel",
    "ﬁne-tuning",
]
WORDS += [
    "🙂",
    "🙂🙂 neural",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "e\u0301",
    "I\u0307",
    "ſ",
    "K",
    "ß",
    "\U0010ffff",
    "\ue000",
    "\u0301",
    "a\u0301" * 99,
]
LONG = [
    "a" * 10_000,
    "a " * 5_000,
    '"' * 10_000,
    "(" * 10_000,
    "neural " * 1_500,
    "*" * 10_000,
    "é" * 5_000,
    '"a" ' * 2_500,
]
HARD = [
    "select * from papers",
    "1; --",
    "' or 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%00",
    "%s %d",
    "${x}",
    "../..",
]
HARD += [
    ":q",
    "@x",
    "?",
    "?1",
    "$1",
    "null",
    "None",
    "true",
    "0",
    "-1",
    "NaN",
    "\x00neural",
    "neural\x00",
    "a\x00b",
    " ",
    "   ",
]
HARD += [
    "rank MATCH 'bm25()'",
    "papers_fts",
    "rowid:1",
    "fts_query(1)",
    "neural collapse OR",
    "a,b",
    "a;b",
    "a|b",
    "a&b",
    "a=b",
]
HARD += ["the", "of the and", "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9"]
ODD = [*dict.fromkeys([*CHARACTERS, *OPERATORS, *QUOTES, *BRACKETS, *WORDS, *LONG, *HARD])]
