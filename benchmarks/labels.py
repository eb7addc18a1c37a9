"""Labels with the structure of a real classifier's: most right, the rest among a few look-alikes of each class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NUM_SAMPLES = 50_000
ACCURACY = 0.74
SEED = 20_260_101

_NUM_LOOKALIKES = 8
# Of the mistakes on a class, each next look-alike takes this share of what the one before took.
_DECAY = 0.7

Labels = NDArray[np.int64]


def make_labels(num_classes: int, num_samples: int = NUM_SAMPLES, seed: int = SEED) -> tuple[Labels, Labels]:
    """Makes true and predicted labels.

    Args:
        num_classes: K.
        num_samples: how many.
        seed: of the random numbers.

    Returns:
        (y_true, y_pred), int64, shape (num_samples,). With K = 1,000 and 50,000 samples the matrix has about 6,100 non-zero cells.
    """
    rng = np.random.default_rng(seed)
    shares = _DECAY ** np.arange(_NUM_LOOKALIKES)
    # Classes lie in some sensible order, so that most look-alikes are near: the logarithm of their distance is uniform.
    distances = (max(num_classes / 2, 1) ** rng.random((num_classes, _NUM_LOOKALIKES))).astype(np.int64)
    lookalikes = (np.arange(num_classes)[:, None] + distances * rng.choice([-1, 1], distances.shape)) % num_classes
    y_true = rng.integers(0, num_classes, num_samples)
    mistaken_for = lookalikes[y_true, rng.choice(_NUM_LOOKALIKES, num_samples, p=shares / shares.sum())]
    return y_true, np.where(rng.random(num_samples) < ACCURACY, y_true, mistaken_for)
