"""Lightning on scikit-learn's digits: what validation_step returns is counted, and the callback writes it beside the loss.

Needs pip install 'tb-confusion-plugin[lightning]' scikit-learn
"""

import argparse

import lightning
import torch
from lightning.pytorch.loggers import TensorBoardLogger
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

from tb_confusion_plugin.lightning import ConfusionMatrixCallback

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--logdir", default="logs/lightning_digits", help="default: %(default)s")
logdir = parser.parse_args().logdir


class Digits(lightning.LightningModule):  # type: ignore[misc]  # where Lightning isn't installed it has no types
    """A perceptron with one hidden layer."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))

    def training_step(self, batch: list[torch.Tensor]) -> torch.Tensor:
        """Gives the loss."""
        loss = nn.functional.cross_entropy(self.layers(batch[0]), batch[1])
        self.log("loss", loss)
        return loss

    def validation_step(self, batch: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """Gives what the callback counts."""
        return {"logits": self.layers(batch[0]), "target": batch[1]}

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Gives the optimizer."""
        return torch.optim.Adam(self.parameters())


lightning.seed_everything(0)
pixels, labels = load_digits(return_X_y=True)
train, val = random_split(TensorDataset(torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(labels)), [900, 897])
callback = ConfusionMatrixCallback(class_names=[str(digit) for digit in range(10)])
logger = TensorBoardLogger(logdir, name="", version="perceptron")
trainer = lightning.Trainer(accelerator="cpu", max_epochs=10, log_every_n_steps=10, logger=logger, callbacks=[callback])
trainer.fit(Digits(), DataLoader(train, batch_size=32, shuffle=True), DataLoader(val, batch_size=256))
print(f"tensorboard --logdir {logdir}    then open http://localhost:6006/#confusion")
