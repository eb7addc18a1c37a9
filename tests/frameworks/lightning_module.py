"""What the tests of Lightning share: scores that a module 'predicts' as they are, so that what must be counted is known."""

from __future__ import annotations

import torch

K = 4


def make_data(num_samples, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(num_samples, K, generator=generator), torch.randint(0, K, (num_samples,), generator=generator)


def make_loader(num_samples, seed=0, batch_size=8, **arguments):
    dataset = torch.utils.data.TensorDataset(*make_data(num_samples, seed))
    return torch.utils.data.DataLoader(dataset, batch_size=batch_size, **arguments)


def make_module(package, step_output=lambda loss, scores, target: {"loss": loss, "logits": scores, "target": target}):
    """A LightningModule of one of the two packages. Its scale changes with training; which score is largest doesn't."""

    class Scale(package.LightningModule):
        def __init__(self):
            super().__init__()
            self.log_scale = torch.nn.Parameter(torch.zeros(()))

        def training_step(self, batch):
            scores, target = batch
            loss = torch.nn.functional.cross_entropy(scores * self.log_scale.exp(), target)
            self.log("loss", loss)
            return loss

        def validation_step(self, batch, batch_idx, dataloader_idx=0):  # noqa: ARG002  # Lightning passes them by name
            scores, target = batch
            loss = torch.nn.functional.cross_entropy(scores * self.log_scale.exp(), target)
            self.log("val_loss", loss)
            return step_output(loss, scores, target)

        test_step = validation_step

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    return Scale()
