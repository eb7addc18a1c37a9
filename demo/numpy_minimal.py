"""The smallest use: ten lines, NumPy alone. A guess that gets better with each step."""

import numpy as np

from tb_confusion_plugin import ConfusionWriter

rng = np.random.default_rng(0)
with ConfusionWriter("logs/numpy_minimal", class_names=["cat", "dog", "fox"]) as writer:
    for step in range(10):
        y_true, guess = rng.integers(0, 3, (2, 500))
        y_pred = np.where(rng.random(500) < step / 10, y_true, guess)
        writer.write_labels("val/confusion", y_true, y_pred, step=step)
print("tensorboard --logdir logs/numpy_minimal    then open http://localhost:6006/#confusion")
