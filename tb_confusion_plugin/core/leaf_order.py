"""The leaves of a binary tree side by side: which of its two clusters each join puts first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Leaves:
    """The leaves of a tree in its order. Each join has a run of them, and each of its two clusters a part of that run.

    Attributes:
        order: the leaves, shape (N,).
        first: where each join's leaves begin in `order`, shape (N - 1,).
        middle: where its second cluster begins, shape (N - 1,).
        stop: where its leaves end, shape (N - 1,).
    """

    order: Indices
    first: Indices
    middle: Indices
    stop: Indices

    @property
    def joined_at(self) -> Indices:
        """The join that brings each leaf and the next together, shape (N - 1,)."""
        joined_at = np.empty(len(self.middle), dtype=np.intp)
        joined_at[self.middle - 1] = np.arange(len(self.middle))
        return joined_at

    def runs_after(self, num_joins: int) -> list[tuple[int, int]]:
        """Where clusters of several leaves begin and end in `order` after the first joins of the tree."""
        is_joined = np.concatenate([[False], self.joined_at < num_joins, [False]]).astype(np.int8)
        changes = np.diff(is_joined)
        return list(zip(np.flatnonzero(changes == 1).tolist(), (np.flatnonzero(changes == -1) + 1).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class PlacedLinks:
    """Links between leaves, by their places in an order, sorted by the join that brings their ends together.

    Attributes:
        first, last: the places of their ends, first < last, shape (L,).
        weight: shape (L,).
        join: shape (L,).
    """

    first: Indices
    last: Indices
    weight: Floats
    join: Indices

    @property
    def spread(self) -> float:
        """How far apart linked leaves stand: the sum of |i - j| weighted by the links."""
        return float(self.weight @ (self.last - self.first))


def order_leaves(tree: Floats) -> Leaves:
    """Walks down a tree.

    Args:
        tree: as `scipy.cluster.hierarchy.linkage` returns it, float64, shape (N - 1, 4).
    """
    num_joins = len(tree)
    num_leaves = num_joins + 1
    left, right = (tree[:, side].astype(np.intp).tolist() for side in range(2))
    sizes = [1] * num_leaves + tree[:, 3].astype(np.intp).tolist()
    begins = [0] * len(sizes)
    for join in reversed(range(num_joins)):
        begins[left[join]] = begins[num_leaves + join]
        begins[right[join]] = begins[left[join]] + sizes[left[join]]
    first, middle = np.array(begins, dtype=np.intp), np.array([begins[one] for one in right], dtype=np.intp)
    return Leaves(np.argsort(first[:num_leaves]), first[num_leaves:], middle, (first + sizes)[num_leaves:])


def place_links(leaves: Leaves, links: scipy.sparse.csr_array) -> PlacedLinks:
    """Finds the places and the joins of links; symmetric, shape (N, N), the diagonal is ignored."""
    upper = scipy.sparse.coo_array(scipy.sparse.triu(links, 1))
    place = np.argsort(leaves.order)
    ends = place[upper.row], place[upper.col]
    first, last = np.minimum(*ends), np.maximum(*ends)
    join = _joins_of(leaves.joined_at, first, last)
    by_join = np.argsort(join, kind="stable")
    return PlacedLinks(first[by_join], last[by_join], upper.data[by_join], join[by_join])


def _joins_of(joined_at: Indices, first: Indices, last: Indices) -> Indices:
    """The join that brings the leaves at two places together: the latest of those between neighbours from one to the other.

    The latest of 1, 2, 4, ... in a row is known beforehand, and two such stretches cover any other (M. A. Bender, M. Farach-Colton
    (2000), The LCA problem revisited, LATIN 2000).
    """
    latest = [joined_at]
    while 1 << len(latest) <= len(joined_at):
        reach = 1 << (len(latest) - 1)
        latest.append(np.maximum(latest[-1][:-reach], latest[-1][reach:]))
    level = np.frexp((last - first).astype(np.float64))[1] - 1
    joins = np.empty(len(first), dtype=np.intp)
    for one, stretches in enumerate(latest):
        at = np.flatnonzero(level == one)
        joins[at] = np.maximum(stretches[first[at]], stretches[last[at] - (1 << one)])
    return joins


def turn_to_links(tree: Floats, leaves: Leaves, placed: PlacedLinks) -> Floats:
    """Turns the joins of a tree so that linked leaves come nearer to each other.

    Finding the turns of the smallest spread is the problem of R. Bar-Yehuda, G. Even, J. Feldman, J. Naor (2001), Computing an
    optimal orientation of a balanced decomposition tree for linear arrangement problems, Journal of Graph Algorithms and
    Applications 5(4). Here from the top down: when a join's turn comes, it is known of each leaf outside whether it stands before
    or behind, so each cluster is pulled to one side, and the one that is pulled forward more by the mean of its leaves goes first:
    the better turn for the links that leave the join.

    Args:
        tree: as `scipy.cluster.hierarchy.linkage` returns it, float64, shape (N - 1, 4).
        leaves: of the tree.
        placed: the links, in the order of `leaves`.

    Returns:
        The tree with the first two columns exchanged where a join is turned.
    """
    starts = np.searchsorted(placed.join, np.arange(len(tree) + 1)).tolist()
    bounds = (places[::-1].tolist() for places in (leaves.first, leaves.middle, leaves.stop))
    backward = np.zeros(len(leaves.order))  # of each place: the links to leaves known to be behind, less those to leaves before
    is_turned = np.zeros(len(tree), dtype=bool)
    for join, first, middle, stop in zip(reversed(range(len(tree))), *bounds, strict=True):
        pulls = np.add.reduce(backward[first:middle]), np.add.reduce(backward[middle:stop])
        is_turned[join] = pulls[0] * (stop - middle) > pulls[1] * (middle - first)
        if stop - first == 2:
            continue  # nothing below to be pulled
        own = slice(starts[join], starts[join + 1])
        weight = -placed.weight[own] if is_turned[join] else placed.weight[own]
        np.add.at(backward, placed.first[own], weight)
        np.subtract.at(backward, placed.last[own], weight)
    turned = tree.copy()
    turned[is_turned, :2] = tree[is_turned, 1::-1]
    return turned
