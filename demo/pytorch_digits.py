"""PyTorch on scikit-learn's digits: a small CNN, its loss and its confusion matrix in the event file of one SummaryWriter.

Needs pip install 'tb-confusion-plugin[torch]' scikit-learn
"""

import argparse

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

from tb_confusion_plugin.torch import ConfusionMatrix, add_confusion_matrix

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--logdir", default="logs/pytorch_digits", help="default: %(default)s")
logdir = parser.parse_args().logdir

torch.manual_seed(0)
digits = load_digits()
images, labels = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32), torch.tensor(digits.target)
train, val = train_test_split(range(len(labels)), train_size=450, random_state=0, stratify=labels)
train_batches = DataLoader(TensorDataset(images[train], labels[train]), batch_size=64, shuffle=True)
val_batches = DataLoader(TensorDataset(images[val], labels[val]), batch_size=256)

conv = [nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
model = nn.Sequential(*conv, nn.Dropout(0.2), nn.Flatten(), nn.Linear(1024, 10))
optimizer = torch.optim.Adam(model.parameters())
confusion = ConfusionMatrix(class_names=[str(name) for name in digits.target_names])
with SummaryWriter(f"{logdir}/cnn") as writer:
    for epoch in range(16):
        for x, y in train_batches:
            loss = nn.functional.cross_entropy(model.train()(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        writer.add_scalar("loss", loss, epoch)
        confusion.reset()
        with torch.no_grad():
            for x, y in val_batches:
                confusion.update(model.eval()(x), y)
        add_confusion_matrix(writer, "val/confusion", confusion, epoch)
print(f"tensorboard --logdir {logdir}    then open http://localhost:6006/#confusion")
