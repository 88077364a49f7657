"""Names for the clusters of the map: to each the keyword that most distinguishes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

FEWEST_SHARING = 2  # papers of a cluster that share the keyword after which it is named


def name_clusters(clusters: Mapping[str, int | None], keywords: Mapping[str, Iterable[str]]) -> dict[int, str]:
    """Number to name, from the cluster and the keywords of each paper; one without a shared keyword has no name.

    The keyword of a cluster has the highest F-measure: many papers of the cluster have it, and few others. It goes
    to the cluster that it fits best; another has the next that its papers share, and shares a name if there is no next.

    >>> name_clusters({"a": 1, "b": 1, "c": 2}, {"a": ["Grokking", "Loss"], "b": ["Grokking"], "c": ["Loss"]})
    {1: 'Grokking'}
    """
    sizes = Counter(number for number in clusters.values() if number is not None)
    totals = Counter(word for words in keywords.values() for word in words)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for paper, number in clusters.items():
        if number is not None:
            counts[number].update(keywords.get(paper, ()))
    fits = [
        (-2 * count / (sizes[number] + totals[word]), number, word)
        for number, words in counts.items()
        for word, count in words.items()
        if count >= FEWEST_SHARING
    ]
    names: dict[int, str] = {}
    for is_last_choice in (False, True):
        for _, number, word in sorted(fits):
            if number not in names and (is_last_choice or word not in names.values()):
                names[number] = word
    return dict(sorted(names.items()))
