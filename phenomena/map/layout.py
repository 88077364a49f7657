"""The layout of the map, computed anew: related papers near each other, in clusters. The one module that uses igraph.

UMAP (McInnes, Healy and Melville 2018, https://arxiv.org/abs/1802.03426) places the papers, and the Leiden algorithm
(Traag, Waltman and van Eck 2019, https://doi.org/10.1038/s41598-019-41695-z) finds the clusters, both over the graph of
related papers and with a fixed seed. igraph is imported only when a layout is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from ..reader.libraries import check_libraries
from .positions import EDGE, Position, Tie, share

SEED = 1
RESOLUTION = 2.0  # of the clusters: more of them, the higher it is
MIN_DISTANCE = 0.3  # UMAP's: how close papers may lie to each other
EPOCHS = 1_000
BETWEEN = 1.25  # how much farther apart papers of two clusters count: it keeps clusters together


def arrange(papers: Sequence[str], ties: Iterable[Tie]) -> dict[str, Position]:
    """Place all papers: on one machine alike for the same papers and ties. Raises MissingLibraryError."""
    check_libraries("--place", ["igraph"], "requirements-map.txt")
    import igraph

    numbers = {paper: number for number, paper in enumerate(papers)}
    weights: dict[tuple[int, int], float] = {}
    for one, other, score in ties:
        pair = min(numbers[one], numbers[other]), max(numbers[one], numbers[other])
        weights[pair] = max(score, weights.get(pair, 0.0))
    graph = igraph.Graph(n=len(papers), edges=list(weights))
    igraph.set_random_number_generator(Random(SEED))
    clusters = graph.community_leiden(
        objective_function="modularity", weights=list(weights.values()), resolution=RESOLUTION, n_iterations=20
    ).membership
    far = [
        (1 - score) * (BETWEEN if clusters[one] != clusters[other] else 1.0) for (one, other), score in weights.items()
    ]
    layout = graph.layout_umap(dist=far, min_dist=MIN_DISTANCE, epochs=EPOCHS) if far else [(0.0, 0.0)] * len(papers)
    across, down = (spread([place[axis] for place in layout]) for axis in (0, 1))
    numbered = number_clusters(clusters)
    return {paper: Position(x, y, numbered[c]) for paper, x, y, c in zip(papers, across, down, clusters, strict=True)}


def spread(values: Sequence[float]) -> list[float]:
    """Coordinates from edge to edge, half by value and half by rank: a far group must not squeeze the rest."""
    low, high = min(values), max(values)
    ranks = {number: rank for rank, number in enumerate(sorted(range(len(values)), key=values.__getitem__))}
    length, last = (high - low) or 1.0, max(len(values) - 1, 1)
    shares = [((value - low) / length + ranks[number] / last) / 2 for number, value in enumerate(values)]
    return [share(EDGE + (1 - 2 * EDGE) * value) for value in shares]


def number_clusters(membership: Sequence[int]) -> dict[int, int]:
    """The clusters as igraph numbers them to numbers from 1, the largest first."""
    sizes: dict[int, int] = {}
    for cluster in membership:
        sizes[cluster] = sizes.get(cluster, 0) + 1
    return {cluster: place for place, cluster in enumerate(sorted(sizes, key=lambda one: -sizes[one]), 1)}
