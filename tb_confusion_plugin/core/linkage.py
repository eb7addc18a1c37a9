"""Average linkage of sparse similarities: the tree that SciPy's makes of 1 - similarity, without its K (K - 1) / 2 distances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

# Links are whole multiples of this, so that their sums are exact: the sum of any two clusters' links is the same in whatever order
# it is made, and equal similarities are found equal. With rates, K = 65,536 sums up to 2^52 of them.
_UNIT = 2.0**-36

# A dense matrix of so many clusters takes 200 MB.
_DENSE_MAX_CLUSTERS = 5_000

# A round that joins fewer than one in so many clusters isn't worth its passes over all links.
_STALLED = 200

_HASH = np.uint64(0x9E3779B97F4A7C15)

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]


def average_linkage(similarity: scipy.sparse.csr_array) -> Floats:
    """Joins the two most similar clusters until one is left; the similarity of clusters is the mean over their pairs of classes.

    Two clusters that are each other's most similar may be joined at once, whatever else is more similar: the tree stays the same
    (F. Murtagh (1983), A survey of recent advances in hierarchical clustering algorithms, The Computer Journal 26:354-359). Sparse
    links: all such pairs in rounds (B. Sumengen et al. (2021), Scaling hierarchical agglomerative clustering to billion-sized
    datasets, arXiv:2105.11653). As soon as links are many for the number of clusters: Murtagh's chain of nearest neighbours on a
    dense matrix. Where rounds join next to nothing among more than 5,000 clusters, as where one class is confused with all, they
    are no longer awaited: each cluster is joined with its most similar one (M. Bateni et al. (2017), Affinity clustering:
    hierarchical clustering at scale, NeurIPS 30), which is the only case where the tree may differ from average linkage's.

    Args:
        similarity: symmetric, in [0, 1], shape (N, N), its sum at most N; rounded to 2^-36. The diagonal is ignored.

    Returns:
        float64, shape (N - 1, 4), as `scipy.cluster.hierarchy.linkage` returns it for the distances 1 - similarity. Among equal
        similarities the choice is arbitrary, but always the same.
    """
    clusters = _initial_clusters(similarity)
    forest = _Forest(similarity.shape[0])
    while len(clusters.links):
        if clusters.is_dense:
            _join_densely(forest, clusters)
            break
        pairs = clusters.mutual_pairs()
        if len(pairs) * _STALLED >= len(clusters.node):
            clusters = _join_pairs(forest, clusters, pairs)
        elif len(clusters.node) <= _DENSE_MAX_CLUSTERS:
            _join_densely(forest, clusters)
            break
        else:
            clusters = _join_best(forest, clusters)
    return forest.tree()


@dataclass
class _Forest:
    """The joins so far. Nodes are numbered as they are made, the leaves first."""

    num_leaves: int
    joins: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = field(default_factory=list)
    num_nodes: int = field(init=False)

    def __post_init__(self) -> None:
        self.num_nodes = self.num_leaves

    def join(self, left: NDArray[Any], right: NDArray[Any], similarity: NDArray[Any]) -> Indices:
        """Joins nodes pairwise, and returns the new ones."""
        self.joins.append((left, right, similarity))
        self.num_nodes += len(left)
        return np.arange(self.num_nodes - len(left), self.num_nodes)

    def tree(self) -> Floats:
        """All joins, the most similar first, and then what is left, joined at similarity 0 in the order of the nodes."""
        empty = np.zeros(0)
        left, right, similarity = (np.concatenate([empty, *(join[part] for join in self.joins)]) for part in range(3))
        # Stable, and no join is more similar than those below it: each stays behind what it joins.
        by_similarity = np.argsort(-similarity, kind="stable")
        number = np.arange(self.num_nodes)
        number[self.num_leaves + by_similarity] = np.arange(self.num_leaves, self.num_nodes)
        children = number[np.stack([left, right], axis=1)[by_similarity].astype(np.int64)]
        roots = np.setdiff1d(np.arange(self.num_nodes), children)
        chain = np.arange(self.num_nodes, self.num_nodes + len(roots) - 1)
        rest = np.stack([np.concatenate([roots[:1], chain[:-1]])[: len(chain)], roots[1:]], axis=1)
        children = np.sort(np.concatenate([children, rest]), axis=1)
        distance = np.concatenate([1 - similarity[by_similarity], np.ones(len(chain))])
        return np.column_stack([children, distance, _sizes(children, self.num_leaves)])


def _sizes(children: Indices, num_leaves: int) -> Floats:
    sizes = [1] * num_leaves
    # Flat lists: tens of thousands of small ones would set off the garbage collector, which stops all threads of a large process.
    for left, right in zip(children[:, 0].tolist(), children[:, 1].tolist(), strict=True):
        sizes.append(sizes[left] + sizes[right])
    return np.array(sizes[num_leaves:], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Clusters:
    """Clusters that are linked, and their links.

    Attributes:
        node: their nodes in the forest, shape (C,).
        size: how many classes each has, shape (C,).
        height: the similarity at which each was joined, shape (C,).
        first, second: the clusters of each link, first < second, in row-major order, shape (L,).
        links: the sum of the similarities of their classes, in _UNIT, shape (L,).
    """

    node: Indices
    size: Floats
    height: Floats
    first: Indices
    second: Indices
    links: Floats

    @property
    def is_dense(self) -> bool:
        """Whether the chain on a dense matrix is faster than rounds: fitted to measurements of both from 100 to 5,000 clusters."""
        num_clusters = len(self.node)
        return num_clusters <= _DENSE_MAX_CLUSTERS and len(self.links) > 30 * num_clusters + num_clusters**2 / 40

    def similarity(self) -> Floats:
        """Of the clusters of each link, in _UNIT."""
        return self.links / (self.size[self.first] * self.size[self.second])

    def mutual_pairs(self) -> Indices:
        """The links between clusters that are each other's most similar; of several of a cluster one, pseudorandomly.

        In the order of the indices, ties would be joined one a round: where all are alike, each would wait for the first.
        """
        similarity = self.similarity()
        best = self._maxima(self.first, self.second, similarity)
        mutual = np.flatnonzero((similarity == best[self.first]) & (similarity == best[self.second]))
        first, second = self.first[mutual], self.second[mutual]
        mixed = (first * len(self.node) + second + 1).astype(np.uint64) * _HASH
        priority = np.argsort(np.argsort(mixed ^ (mixed >> np.uint64(29)), kind="stable"), kind="stable").astype(np.float64) + 1
        best = self._maxima(first, second, priority)
        chosen: Indices = mutual[(priority == best[first]) & (priority == best[second])]
        return chosen

    def best_links(self) -> Indices:
        """Each cluster's links to its most similar ones, the most similar first."""
        similarity = self.similarity()
        best = self._maxima(self.first, self.second, similarity)
        links = np.flatnonzero((similarity == best[self.first]) | (similarity == best[self.second]))
        return links[np.argsort(-similarity[links], kind="stable")]

    def _maxima(self, first: Indices, second: Indices, values: Floats) -> Floats:
        """The largest value of each cluster's links."""
        maxima = np.zeros(len(self.node))
        np.maximum.at(maxima, first, values)
        np.maximum.at(maxima, second, values)
        return maxima


def _initial_clusters(similarity: scipy.sparse.csr_array) -> _Clusters:
    upper = scipy.sparse.coo_array(scipy.sparse.triu(similarity, 1))
    size = similarity.shape[0]
    single = _Clusters(np.arange(size), np.ones(size), np.ones(size), upper.row, upper.col, np.zeros(0))
    return _contracted(single, np.arange(size), np.maximum(np.rint(upper.data / _UNIT), 1))


def _contracted(clusters: _Clusters, to: Indices, links: Floats) -> _Clusters:
    """Clusters whose links have new ends: `to[cluster]` is the one that stands for it. Those without links are left out."""
    first, second = to[clusters.first], to[clusters.second]
    outside = first != second
    first, second = first[outside], second[outside]
    is_linked = np.zeros(len(to), dtype=bool)
    is_linked[first] = is_linked[second] = True
    number = np.cumsum(is_linked) - 1
    ends = number[np.minimum(first, second)], number[np.maximum(first, second)]
    num_clusters = int(np.count_nonzero(is_linked))
    summed = scipy.sparse.coo_array((links[outside], ends), shape=(num_clusters, num_clusters)).tocsr()
    rows = np.repeat(np.arange(num_clusters), np.diff(summed.indptr))
    kept = clusters.node[is_linked], clusters.size[is_linked], clusters.height[is_linked]
    return _Clusters(*kept, rows, summed.indices.astype(np.int64), summed.data)


def _join_pairs(forest: _Forest, clusters: _Clusters, pairs: Indices) -> _Clusters:
    first, second = clusters.first[pairs], clusters.second[pairs]
    node, size, height = clusters.node.copy(), clusters.size.copy(), clusters.height.copy()
    similarity = clusters.similarity()[pairs] * _UNIT
    height[first] = np.minimum(similarity, np.minimum(height[first], height[second]))
    node[first] = forest.join(node[first], node[second], height[first])
    size[first] += size[second]
    to = np.arange(len(node))
    to[second] = first
    return _contracted(_Clusters(node, size, height, clusters.first, clusters.second, clusters.links), to, clusters.links)


def _join_best(forest: _Forest, clusters: _Clusters) -> _Clusters:
    """Joins all clusters that are connected by anybody's best links: at least half as many are left."""
    node, size, height = clusters.node.copy(), clusters.size.copy(), clusters.height.copy()
    parent = list(range(len(node)))
    links = clusters.best_links()
    ends = zip(clusters.first[links].tolist(), clusters.second[links].tolist(), strict=True)
    for (first, second), similarity in zip(ends, (clusters.similarity()[links] * _UNIT).tolist(), strict=True):
        a, b = sorted((_root(parent, first), _root(parent, second)))
        if a != b:
            parent[b] = a
            height[a] = min(similarity, height[a], height[b])
            node[a] = forest.join(node[[a]], node[[b]], height[[a]])[0]
            size[a] += size[b]
    to = np.array([_root(parent, one) for one in range(len(parent))])
    return _contracted(_Clusters(node, size, height, clusters.first, clusters.second, clusters.links), to, clusters.links)


def _root(parent: list[int], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


def _join_densely(forest: _Forest, clusters: _Clusters) -> None:
    """Joins until no links are left: from each cluster to its most similar, and on, until two are each other's."""
    dense = _DenseClusters(clusters)
    chain: list[int] = []
    while dense.num_left > 1:
        if not chain:
            chain.append(dense.any_left())
        best, similarity = dense.most_similar(chain[-1], chain[-2] if len(chain) > 1 else chain[-1])
        if similarity == 0:
            dense.leave_out(chain.pop())
        elif len(chain) > 1 and best == chain[-2]:
            dense.join(forest, min(chain[-2:]), max(chain[-2:]), similarity)
            del chain[-2:]
            chain = dense.compact(chain)
        else:
            chain.append(best)


class _DenseClusters:
    """The links of clusters as a dense symmetric matrix; the rows of those that are joined or done are 0."""

    def __init__(self, clusters: _Clusters) -> None:
        self.num_left = len(clusters.node)
        self._node, self._size, self._height = clusters.node.copy(), clusters.size.copy(), clusters.height.copy()
        self._links = np.zeros((self.num_left, self.num_left))
        self._links[clusters.first, clusters.second] = clusters.links
        self._links[clusters.second, clusters.first] = clusters.links
        self._is_left = np.ones(self.num_left, dtype=bool)

    def any_left(self) -> int:
        return int(self._is_left.argmax())

    def most_similar(self, one: int, preferred: int) -> tuple[int, float]:
        """The cluster that is most similar to one, the preferred one among equals, and how similar it is."""
        similarity = self._links[one] / (self._size * self._size[one])
        best = int(similarity.argmax())
        if similarity[preferred] == similarity[best]:
            best = preferred
        return best, float(similarity[best]) * _UNIT

    def leave_out(self, one: int) -> None:
        self._is_left[one] = False
        self.num_left -= 1

    def join(self, forest: _Forest, a: int, b: int, similarity: float) -> None:
        self._height[a] = min(similarity, self._height[a], self._height[b])
        self._node[a] = forest.join(self._node[[a]], self._node[[b]], self._height[[a]])[0]
        self._size[a] += self._size[b]
        self._links[a] += self._links[b]
        self._links[b] = 0
        self._links[a, [a, b]] = 0
        self._links[:, a] = self._links[a]
        self._links[:, b] = 0
        self.leave_out(b)

    def compact(self, chain: list[int]) -> list[int]:
        """Leaves rows out once many are 0, since columns are slow to write; returns the chain in new indices."""
        if self.num_left > 0.6 * len(self._node):
            return chain
        kept = np.flatnonzero(self._is_left)
        self._links = self._links[np.ix_(kept, kept)]
        self._node, self._size, self._height = self._node[kept], self._size[kept], self._height[kept]
        self._is_left = np.ones(len(kept), dtype=bool)
        return [int(one) for one in np.searchsorted(kept, chain)]
