"""Hugging Face's Trainer on scikit-learn's digits: a tiny vision transformer from scratch; one line logs its matrices.

Needs pip install 'tb-confusion-plugin[transformers]' scikit-learn
"""

import argparse
import os

import torch
import transformers
from sklearn.datasets import load_digits

from tb_confusion_plugin.transformers import ConfusionMatrixCallback

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--logdir", default="logs/transformers_digits", help="default: %(default)s")
logdir = parser.parse_args().logdir
os.environ["TENSORBOARD_LOGGING_DIR"] = f"{logdir}/vit"  # else runs/ in the output_dir, named by the time

transformers.set_seed(0)
digits = load_digits()
samples = [
    {"pixel_values": torch.tensor(image[None] / 16, dtype=torch.float32), "labels": int(label)}
    for image, label in zip(digits.images, digits.target, strict=True)
]
names = {index: str(name) for index, name in enumerate(digits.target_names)}
sizes = {"hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 96}
config = transformers.ViTConfig(image_size=8, patch_size=2, num_channels=1, id2label=names, **sizes)
training = {"num_train_epochs": 15, "learning_rate": 5e-3, "per_device_train_batch_size": 64, "eval_strategy": "epoch"}
arguments = transformers.TrainingArguments(logdir, **training, report_to="tensorboard", save_strategy="no", use_cpu=True)
model = transformers.ViTForImageClassification(config)
trainer = transformers.Trainer(model, arguments, train_dataset=samples[:900], eval_dataset=samples[900:])
trainer.add_callback(ConfusionMatrixCallback(trainer))
trainer.train()
print(f"tensorboard --logdir {logdir}    then open http://localhost:6006/#confusion")
