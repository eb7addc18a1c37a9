"""A Trainer on two processes (`test_transformers_ranks.py` starts them): python trainer_ranks.py RANK DIRECTORY PORT."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(rank, directory, port):
    os.environ.update(RANK=rank, LOCAL_RANK=rank, WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(directory / "logs" / "run")
    import torch
    import transformers

    from tb_confusion_plugin.transformers import ConfusionMatrixCallback

    samples = torch.load(directory / "data.pt")
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 50}
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**sizes, num_labels=4, initializer_range=1.0))
    arguments = transformers.TrainingArguments(
        directory / "output", num_train_epochs=1, eval_strategy="epoch", save_strategy="no", report_to="tensorboard", use_cpu=True
    )
    trainer = transformers.Trainer(model, arguments, train_dataset=samples, eval_dataset=samples[:21])  # 21 on two ranks
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    predicted = trainer.predict(samples[:21])  # every rank gets all of them
    torch.save((predicted.label_ids, predicted.predictions), directory / f"rank{rank}.pt")
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
