"""Class orders in which classes that are confused with each other stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.cluster import hierarchy

from tb_confusion_plugin.core.leaf_order import Leaves, PlacedLinks, order_leaves, place_links, turn_to_links
from tb_confusion_plugin.core.linkage import average_linkage
from tb_confusion_plugin.core.matrix import Counts, nonzero_cells

# Optimal leaf ordering costs 2 ms for 100 classes and 950 ms for 1,000.
_OPTIMAL_MAX_CLASSES = 128


@dataclass(frozen=True, eq=False)
class SimilarityOrder:
    """An order by similarity.

    Attributes:
        class_order: a permutation of the classes, intp, shape (K,).
        groups: classes that are confused with each other more than by chance, each group in drawn order and contiguous in
            class_order; classes that stand alone are in none.
    """

    class_order: NDArray[np.intp]
    groups: tuple[tuple[int, ...], ...]


def similarity_order(counts: Counts) -> SimilarityOrder:
    """Orders classes so that those that are confused stand side by side, and groups them.

    The similarity of two classes is the mean of the rates at which each is predicted as the other. Average linkage on
    1 - similarity makes a tree, whose leaves are the order:

    - up to 128 classes that are confused: in the leaf order that is optimal for that tree (Z. Bar-Joseph et al. (2001), Fast
      optimal leaf ordering for hierarchical clustering, Bioinformatics 17:S22-S29), or in the one below, whichever has confused
      classes nearer to each other;
    - above: the tree is made of the similarities that aren't 0 alone (`average_linkage`), and each of its joins is turned to the
      side that it is confused with (`turn_to_links`).

    The groups are the cut of the tree with the largest modularity (M. E. J. Newman, M. Girvan (2004), Finding and evaluating
    community structure in networks, Physical Review E 69:026113). The more classes, the larger the groups that it prefers
    (S. Fortunato, M. Barthelemy (2007), Resolution limit in community detection, PNAS 104:36-41). Classes that are confused with no
    other come last, in index order.

    Args:
        counts: counts[true_class, pred_class], shape (K, K), int64 or float64, dense or sparse.

    Returns:
        The order; the identity without groups where nothing is confused. The same counts always have the same one.
    """
    similarity = class_similarity(counts)
    is_confused = np.diff(similarity.indptr) > 0
    confused, alone = np.flatnonzero(is_confused), np.flatnonzero(~is_confused)
    if not len(confused):
        return SimilarityOrder(alone, ())
    leaves, num_joins = _leaves_and_cut(similarity[confused][:, confused])
    ordered = confused[leaves.order]
    groups = tuple(tuple(ordered[first:stop].tolist()) for first, stop in leaves.runs_after(num_joins))
    return SimilarityOrder(np.concatenate([ordered, alone]), groups)


def class_similarity(counts: Counts) -> scipy.sparse.csr_array:
    """The mean of the rates at which two classes are predicted as each other, in [0, 1]; symmetric, 0 on the diagonal, (K, K)."""
    num_classes = counts.shape[0]
    indices, cell_counts = nonzero_cells(counts)
    true_classes, pred_classes = np.divmod(indices, num_classes)
    is_error = true_classes != pred_classes
    true_classes, pred_classes = true_classes[is_error], pred_classes[is_error]
    support = np.asarray(counts.sum(axis=1)).reshape(-1)
    halves = cell_counts[is_error] / support[true_classes] / 2
    one_way = scipy.sparse.csr_array((halves, (true_classes, pred_classes)), shape=(num_classes, num_classes))
    return scipy.sparse.csr_array(one_way + one_way.T)


def _leaves_and_cut(links: scipy.sparse.csr_array) -> tuple[Leaves, int]:
    """The order of classes that are all confused, and after how many joins of its tree they are in groups."""
    is_small = links.shape[0] <= _OPTIMAL_MAX_CLASSES
    tree = _optimal_tree(links) if is_small else average_linkage(links)
    leaves = order_leaves(tree)
    placed = place_links(leaves, links)
    num_joins = _best_cut(leaves, placed)
    turned = order_leaves(turn_to_links(tree, leaves, placed))
    is_kept = is_small and placed.spread <= place_links(turned, links).spread
    return leaves if is_kept else turned, num_joins


def _optimal_tree(links: scipy.sparse.csr_array) -> NDArray[np.float64]:
    distance = 1 - links.toarray()[np.triu_indices(links.shape[0], 1)]
    tree: NDArray[np.float64] = hierarchy.linkage(distance, "average", optimal_ordering=True)
    return tree


def _best_cut(leaves: Leaves, placed: PlacedLinks) -> int:
    """After how many joins of the tree the modularity is largest.

    A join adds 2 (e_ab - a_a a_b) to it, where e_ab is the share of the links between the two clusters and a their shares of all
    link ends.
    """
    num_joins = len(leaves.middle)
    total = 2 * placed.weight.sum()
    between = np.bincount(placed.join, placed.weight / total, num_joins)
    ends = np.bincount(placed.first, placed.weight, num_joins + 1) + np.bincount(placed.last, placed.weight, num_joins + 1)
    before = np.concatenate([[0.0], np.cumsum(ends / total)])
    shares = before[leaves.middle] - before[leaves.first], before[leaves.stop] - before[leaves.middle]
    gains = 2 * (between - shares[0] * shares[1])
    return int(np.argmax(np.concatenate([[0.0], np.cumsum(gains)])))
