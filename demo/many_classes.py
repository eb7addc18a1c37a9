"""A log of many classes for trying the page at size: K = 1,000 by default, up to 21,841 and more. All of it is synthetic.

Classes lie in planted groups of look-alikes, which no order by index shows: most mistakes stay within a group. Models learn over
the steps, some classes faster than others, and forget a few at the end. The same seed gives the same log.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin import ConfusionWriter

GROUP_SIZE = 10
# Of the mistakes on a class, this share is a look-alike of its own group; the rest may be anything.
WITHIN_GROUP = 0.9
FORGOTTEN_SHARE = 0.01
FORGET_FROM = 0.7
FORGOTTEN_RECALL = 0.15


@dataclass(frozen=True)
class Classes:
    """What is planted.

    Attributes:
        group_of: int64, shape (K,): the group of each class.
        members: int64, shape (K,): the classes, group by group.
        first: int64, shape (number of groups + 1,): where each group begins in `members`.
        ease: float64, shape (K,), around 0: how much better than the average a class is known.
        forgotten: int64: classes that are known worse from FORGET_FROM of the steps on.
    """

    group_of: NDArray[np.int64]
    members: NDArray[np.int64]
    first: NDArray[np.int64]
    ease: NDArray[np.float64]
    forgotten: NDArray[np.int64]


def plant_classes(num_classes: int, seed: int) -> Classes:
    """Groups of about GROUP_SIZE classes each, scattered over the indices."""
    rng = np.random.default_rng(seed)
    group_of = rng.permutation(np.arange(num_classes) // GROUP_SIZE)
    members = np.argsort(group_of, kind="stable")
    first = np.searchsorted(group_of[members], np.arange(group_of.max() + 2))
    num_forgotten = max(1, round(FORGOTTEN_SHARE * num_classes))
    forgotten = rng.choice(num_classes, num_forgotten, replace=False)
    return Classes(group_of, members, first, rng.normal(0, 0.12, num_classes), forgotten)


def draw_labels(
    classes: Classes, progress: float, best: float, num_samples: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels and predictions of one evaluation.

    Args:
        classes: what is planted.
        progress: from 0 (untrained) to 1.
        best: the average recall at the end.
        num_samples: how many; each class has as many as the others, but for the remainder.
        rng: of what is predicted.

    Returns:
        (y_true, y_pred), int64, shape (num_samples,).
    """
    num_classes = len(classes.group_of)
    y_true = np.arange(num_samples) % num_classes
    recall = np.clip(best * (1 - np.exp(-4 * progress)) + classes.ease, 0.01, 0.99)
    if progress >= FORGET_FROM:
        recall[classes.forgotten] = FORGOTTEN_RECALL
    groups = classes.group_of[y_true]
    sizes = classes.first[groups + 1] - classes.first[groups]
    lookalikes = classes.members[classes.first[groups] + (rng.random(num_samples) * sizes).astype(np.int64)]
    anything = rng.integers(0, num_classes, num_samples)
    mistaken_for = np.where(rng.random(num_samples) < WITHIN_GROUP, lookalikes, anything)
    return y_true, np.where(rng.random(num_samples) < recall[y_true], y_true, mistaken_for)


def write_log(logdir: str, num_classes: int, num_steps: int, num_runs: int, num_samples: int, seed: int) -> None:
    """Writes runs that differ in how well they end."""
    classes = plant_classes(num_classes, seed)
    names = [f"class {index:05d}" for index in range(num_classes)]
    groups = [f"group {group:04d}" for group in classes.group_of]
    title = f"synthetic: {num_classes:,} classes in {classes.group_of.max() + 1:,} planted groups"
    for run in range(num_runs):
        rng = np.random.default_rng([seed, run])
        with ConfusionWriter(f"{logdir}/model{run}", class_names=names, class_groups=groups, title=title) as writer:
            for step in range(num_steps):
                progress = (step + 1) / num_steps
                y_true, y_pred = draw_labels(classes, progress, 0.55 + 0.1 * run, num_samples, rng)
                writer.write_labels("val/confusion", y_true, y_pred, step=step)
        print(f"  model{run}: {num_steps} steps of {num_classes:,} classes")


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the log that the command line asks for."""
    parser = argparse.ArgumentParser(description="Writes a synthetic log of many classes.")
    parser.add_argument("--logdir", default="logs/many_classes", help="default: %(default)s")
    parser.add_argument("--classes", type=int, default=1000, help="K (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--runs", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--samples", type=int, help="a step (default: 50 a class, at most 500,000)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)
    if options.classes < 2:
        parser.error(f"argument --classes: invalid number: {options.classes}; there must be 2 at least")
    samples = options.samples or min(50 * options.classes, 500_000)
    write_log(options.logdir, options.classes, options.steps, options.runs, samples, options.seed)
    print(f"tensorboard --logdir {options.logdir}    then open http://localhost:6006/#confusion")


if __name__ == "__main__":
    main()
