"""A training on two processes (`test_lightning.py` starts one, Lightning the other): python lightning_ddp.py LOGDIR."""

from __future__ import annotations

import sys
from pathlib import Path

import lightning.pytorch as package
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from lightning_module import K, make_loader, make_module

from tb_confusion_plugin.lightning import ConfusionMatrixCallback


def main(logdir):
    loggers = [CSVLogger(logdir.parent / "csv"), TensorBoardLogger(logdir, name="", version="run")]
    trainer = package.Trainer(
        accelerator="cpu",
        devices=2,
        strategy="ddp",
        max_epochs=2,
        logger=loggers,
        callbacks=[ConfusionMatrixCallback(K)],
        log_every_n_steps=1,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
    )
    module = make_module(package)
    # 37 and 21 samples on two ranks of batches of 8: one rank's last sample is a copy.
    trainer.fit(module, make_loader(32), [make_loader(37, seed=1), make_loader(1, seed=2)])
    trainer.validate(module, make_loader(5, seed=4))
    trainer.test(module, make_loader(21, seed=3))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
