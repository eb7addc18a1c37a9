"""The data sets of the demo: images in [0, 1], labels as class indices, names of the classes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CIFAR10_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
CIFAR100_NAMES = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle caterpillar cattle
chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house
kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange
orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
""".split()  # noqa: SIM905  # a hundred quoted strings are no easier to read
FASHION_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]

DIGITS_TRAIN = 450  # of 1,797: few enough that errors are left to look at
_SIDE = 32  # pixels of a CIFAR image
_SPLIT_SEED = 0  # not --seed: all runs are to be validated on the same images

Images = NDArray[Any]
Labels = NDArray[Any]
Split = tuple[Images, Labels]


@dataclass(frozen=True)
class Dataset:
    """x: float32 images in [0, 1], shape (N, height, width, channels); y: int64 class indices, shape (N,)."""

    x_train: Images
    y_train: Labels
    x_val: Images
    y_val: Labels
    class_names: list[str]


def load_dataset(name: str, data: Path | None = None, limit: int | None = None) -> Dataset:
    """Loads a data set.

    Args:
        name: a key of DATASETS.
        data: directory of the published files; None to have Keras download them (digits come with scikit-learn).
        limit: the most images of each of the two splits to keep, the first ones.

    Raises:
        ValueError: the name is unknown, or a file is missing or invalid.
        ConnectionError: the download failed; the message says what to do.
    """
    if name not in DATASETS:
        raise ValueError(f"unknown data set: {name!r}; choose from {', '.join(DATASETS)}")
    source = DATASETS[name]
    train, val = source.read(data) if data is not None else source.load()
    x_train, y_train = _prepare(train, limit)
    x_val, y_val = _prepare(val, limit)
    return Dataset(x_train, y_train, x_val, y_val, source.class_names)


def read_cifar10(directory: Path) -> tuple[Split, Split]:
    """Reads CIFAR-10's binary batches: records of one label byte and 3,072 pixel bytes, red, green and blue planes of 32x32."""
    files = [_find(directory, f"data_batch_{number}.bin") for number in range(1, 6)]
    return _read_records(files, num_labels=1, num_classes=10), _read_records([_find(directory, "test_batch.bin")], 1, 10)


def read_cifar100(directory: Path) -> tuple[Split, Split]:
    """Reads CIFAR-100's binary files, whose records have two label bytes: the coarse label and the fine one, which is used."""
    train, test = (_read_records([_find(directory, name)], 2, 100) for name in ("train.bin", "test.bin"))
    return train, test


def read_fashion_mnist(directory: Path) -> tuple[Split, Split]:
    """Reads Fashion-MNIST's four .gz files: 16 bytes before the images of 28x28, 8 before the labels."""
    train, test = (
        (
            _read_idx(_find(directory, f"{part}-images-idx3-ubyte.gz"), 16).reshape(-1, 28, 28),
            _read_idx(_find(directory, f"{part}-labels-idx1-ubyte.gz"), 8),
        )
        for part in ("train", "t10k")
    )
    return train, test


def _load_digits() -> tuple[Split, Split]:
    """scikit-learn's 8x8 digits, each pixel drawn 4x4 times so that the tutorial's network can pool twice."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.repeat(np.repeat(digits.images, 4, axis=1), 4, axis=2) * (255 / 16)
    order = np.random.default_rng(_SPLIT_SEED).permutation(len(images))
    train, val = order[:DIGITS_TRAIN], order[DIGITS_TRAIN:]
    return (images[train], digits.target[train]), (images[val], digits.target[val])


def _read_digits(directory: Path) -> tuple[Split, Split]:
    raise ValueError(f"invalid --data: {directory}; the digits come with scikit-learn, leave it out")


def _downloader(name: str, files: str, address: str) -> Callable[[], tuple[Split, Split]]:
    def load() -> tuple[Split, Split]:
        import keras

        try:
            splits: tuple[Split, Split] = getattr(keras.datasets, name).load_data()
        except Exception as error:  # Keras raises a bare Exception
            raise ConnectionError(
                f"can't download {name}: {error}\n"
                f"Without a network: get {files} from {address} on another machine,\n"
                f"then run: python demo/train.py --dataset {name} --data DIRECTORY\n"
                "Or leave out --dataset: the default, scikit-learn's digits, needs no download."
            ) from error
        return splits

    return load


def _prepare(split: Split, limit: int | None) -> Split:
    images, labels = split
    images = images[:limit].astype(np.float32) / 255
    return (images[..., np.newaxis] if images.ndim == 3 else images), labels[:limit].reshape(-1).astype(np.int64)


def _find(directory: Path, name: str) -> Path:
    for path in (directory / name, *directory.glob(f"*/{name}")):
        if path.is_file():
            return path
    raise ValueError(
        f"missing {name}: it isn't in {directory} nor one level below; pass --data the directory of the unpacked files"
    )


def _read_records(paths: list[Path], num_labels: int, num_classes: int) -> Split:
    size = num_labels + 3 * _SIDE * _SIDE
    parts = [np.fromfile(path, dtype=np.uint8) for path in paths]
    for path, part in zip(paths, parts, strict=True):
        if len(part) == 0 or len(part) % size:
            raise ValueError(f"invalid {path}: {len(part)} bytes aren't records of {size}; unpack it again")
        if part.reshape(-1, size)[:, num_labels - 1].max() >= num_classes:
            raise ValueError(f"invalid {path}: a label of {num_classes} or more; it is another data set's or damaged")
    records = np.concatenate(parts).reshape(-1, size)
    return records[:, num_labels:].reshape(-1, 3, _SIDE, _SIDE).transpose(0, 2, 3, 1), records[:, num_labels - 1]


def _read_idx(path: Path, header_bytes: int) -> NDArray[np.uint8]:
    return np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8, offset=header_bytes)


@dataclass(frozen=True)
class _Source:
    class_names: list[str]
    load: Callable[[], tuple[Split, Split]]
    read: Callable[[Path], tuple[Split, Split]]


_CIFAR = "https://www.cs.toronto.edu/~kriz/cifar.html"
DATASETS = {
    "digits": _Source([str(digit) for digit in range(10)], _load_digits, _read_digits),
    "cifar10": _Source(CIFAR10_NAMES, _downloader("cifar10", "the binary version, unpacked,", _CIFAR), read_cifar10),
    "cifar100": _Source(CIFAR100_NAMES, _downloader("cifar100", "the binary version, unpacked,", _CIFAR), read_cifar100),
    "fashion_mnist": _Source(
        FASHION_NAMES,
        _downloader("fashion_mnist", "the four .gz files", "https://github.com/zalandoresearch/fashion-mnist"),
        read_fashion_mnist,
    ),
}
