"""Tables of every engine, read from Parquet, counted by the engine, and what TensorBoard has of the matrix."""

from __future__ import annotations

import shutil

import dask.dataframe
import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin import ConfusionMatrix, ConfusionWriter
from tb_confusion_plugin.frames import count_labels

pytestmark = [
    pytest.mark.frameworks,
    # Until there is a narwhals-dask to install, Narwhals' own support is what there is.
    pytest.mark.filterwarnings("ignore:Dask support is moving out of Narwhals:FutureWarning"),
    # Dask reads Parquet in words that pandas 3.1 finds old.
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning:dask"),
    # Nothing of pandas is asked of PySpark here; it warns when Arrow hands the cells over.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

NUM_PARTS = 3
EAGER = ("pandas", "polars", "pyarrow")
LAZY = ("polars-lazy", "duckdb", "dask", "spark")

LABELS = ["dog", "cat", "dog", "eel", "cat", "dog", "cat"]
PREDICTIONS = ["dog", "dog", "cat", "eel", "cat", "dog", "dog"]
TEXTS = {"label": LABELS, "prediction": PREDICTIONS}


@pytest.fixture(scope="session")
def spark():
    """A local Spark, silent, which stays on this machine."""
    if shutil.which("java") is None:
        pytest.skip("there is no Java, which Spark needs")
    from pyspark.sql import SparkSession

    options = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(params=[*EAGER, *LAZY])
def engine(request):
    return request.param


@pytest.fixture
def open_table(engine, tmp_path, request):
    """A function that writes columns as a folder of Parquet files and opens it with an engine, lazily where that is its way."""

    def opened(columns, schema=None):
        table = pa.table(columns, schema=None if schema is None else pa.schema(schema))
        folder = tmp_path / "table"
        folder.mkdir()
        size = -(-max(table.num_rows, 1) // NUM_PARTS)
        for part, start in enumerate(range(0, max(table.num_rows, 1), size)):
            pq.write_table(table.slice(start, size), folder / f"{part}.parquet")
        return open_folder(engine, folder, request)

    return opened


def open_folder(engine, folder, request):
    if engine == "spark":
        return request.getfixturevalue("spark").read.parquet(str(folder))
    readers = {
        "pandas": pd.read_parquet,
        "polars": pl.read_parquet,
        "polars-lazy": pl.scan_parquet,
        "pyarrow": pq.read_table,
        "duckdb": lambda path: duckdb.connect().read_parquet(f"{path}/*.parquet"),
        "dask": dask.dataframe.read_parquet,
    }
    return readers[engine](folder)


@pytest.fixture
def logged(tmp_path, stored_matrices):
    """A function that writes a matrix and gives its counts as TensorBoard has them."""

    def written(matrix):
        with ConfusionWriter(tmp_path / "logs" / "run") as writer:
            writer.write("val/confusion", matrix, step=0)
        ((step, counts),) = stored_matrices(tmp_path / "logs")["run", "val/confusion"]
        assert step == 0
        return counts

    return written


def test_texts_are_counted_as_scikit_learn_counts_them(open_table, logged):
    matrix = count_labels(open_table(TEXTS), "label", "prediction")
    assert matrix.class_names == ("cat", "dog", "eel")
    assert logged(matrix) == confusion_matrix(LABELS, PREDICTIONS).tolist()


def test_a_given_order_with_a_class_that_does_not_occur(open_table, logged):
    labels = ["eel", "dog", "ape", "cat"]
    matrix = count_labels(open_table(TEXTS), "label", "prediction", labels=labels)
    assert matrix.class_names == tuple(labels)
    assert logged(matrix) == confusion_matrix(LABELS, PREDICTIONS, labels=labels).tolist()


def test_weights_are_summed_in_each_cell(open_table, logged):
    weights = [0.5, 0.25, 2.0, 1.0, 0.0, 4.0, 0.125]
    matrix = count_labels(open_table({**TEXTS, "weight": weights}), "label", "prediction", weight="weight")
    assert logged(matrix) == confusion_matrix(LABELS, PREDICTIONS, sample_weight=weights).tolist()


def test_whole_weights_are_counts(open_table, logged):
    weights = [1, 2, 3, 4, 5, 6, 7]
    matrix = count_labels(open_table({**TEXTS, "weight": weights}), "label", "prediction", weight="weight")
    assert not matrix.is_weighted
    assert logged(matrix) == confusion_matrix(LABELS, PREDICTIONS, sample_weight=weights).tolist()


def test_integers_are_indices_into_class_names(open_table, logged):
    y_true, y_pred, names = [0, 2, 2, 0], [2, 2, 0, 0], ["ape", "bee", "cat", "dog"]
    matrix = count_labels(open_table({"label": y_true, "prediction": y_pred}), "label", "prediction", class_names=names)
    assert matrix.class_names == tuple(names)
    assert logged(matrix) == confusion_matrix(y_true, y_pred, labels=range(4)).tolist()


def test_integers_without_names_are_the_labels_that_occur(open_table, logged):
    y_true, y_pred = [-5, 10**12, -5], [7, 7, -5]
    matrix = count_labels(open_table({"label": y_true, "prediction": y_pred}), "label", "prediction")
    assert matrix.class_names == ("-5", "7", str(10**12))
    assert logged(matrix) == confusion_matrix(y_true, y_pred).tolist()


def test_flags(open_table, logged):
    y_true, y_pred = [True, False, True], [True, True, False]
    matrix = count_labels(open_table({"label": y_true, "prediction": y_pred}), "label", "prediction")
    assert matrix.class_names == ("False", "True")
    assert logged(matrix) == confusion_matrix(y_true, y_pred).tolist()


def test_categories_have_the_order_of_their_texts(open_table, logged):
    columns = {name: pa.array(values).dictionary_encode() for name, values in TEXTS.items()}
    matrix = count_labels(open_table(columns), "label", "prediction")
    assert matrix.class_names == ("cat", "dog", "eel")
    assert logged(matrix) == confusion_matrix(LABELS, PREDICTIONS).tolist()


NULLS = {"label": ["a", None, "b", "b", "a"], "prediction": ["a", "a", None, "b", "b"], "weight": [1.5, 2.0, 3.0, None, 0.5]}


def test_nulls_are_an_error_that_counts_them(open_table):
    message = r"missing values: of 5 rows 1 in 'label', 1 in 'prediction', 1 in 'weight' are null or NaN.*nulls='drop'"
    with pytest.raises(ValueError, match=message):
        count_labels(open_table(NULLS), "label", "prediction", weight="weight")


def test_rows_of_nulls_are_left_out_where_that_is_asked_for(open_table, logged):
    matrix = count_labels(open_table(NULLS), "label", "prediction", nulls="drop")
    assert logged(matrix) == confusion_matrix(["a", "b", "a"], ["a", "b", "b"]).tolist()


def test_rows_without_a_weight_are_left_out_too(open_table, logged):
    matrix = count_labels(open_table(NULLS), "label", "prediction", weight="weight", labels=["a", "b"], nulls="drop")
    assert logged(matrix) == [[1.5, 0.5], [0.0, 0.0]]


@pytest.mark.parametrize("missing", [float("nan"), None])
def test_integers_that_became_floats_are_labels_and_nan_is_a_null(open_table, logged, missing):
    frame = open_table({"label": [1.0, missing, 2.0, 2.0], "prediction": [1.0, 1.0, 1.0, 2.0]})
    with pytest.raises(ValueError, match="missing values: of 4 rows 1 in 'label' are null or NaN"):
        count_labels(frame, "label", "prediction")
    matrix = count_labels(frame, "label", "prediction", nulls="drop")
    assert matrix.class_names == ("1", "2")
    assert logged(matrix) == confusion_matrix([1, 2, 2], [1, 1, 2]).tolist()


def test_a_weight_of_nan_is_a_null(open_table):
    frame = open_table({"label": ["a", "a"], "prediction": ["a", "a"], "weight": [0.5, float("nan")]})
    with pytest.raises(ValueError, match="1 in 'weight' are null or NaN"):
        count_labels(frame, "label", "prediction", weight="weight")
    assert count_labels(frame, "label", "prediction", weight="weight", nulls="drop").counts.tolist() == [[0.5]]


@pytest.mark.parametrize("weights", [[1.0, -1.0], [1.0, float("inf")], [3, -1]])
def test_weights_that_are_none_are_refused(open_table, weights):
    frame = open_table({"label": ["a", "a"], "prediction": ["a", "a"], "weight": weights})
    with pytest.raises(ValueError, match="invalid weight: column 'weight' has negative or infinite values"):
        count_labels(frame, "label", "prediction", weight="weight")


def test_an_unknown_label_tells_how_many_samples_have_it(open_table):
    with pytest.raises(
        ValueError, match=r"unknown label in column 'label': 'dog' \(3 samples\) is none of the classes; pass labels="
    ):
        count_labels(open_table(TEXTS), "label", "prediction", labels=["cat", "eel"])


EMPTY = {"label": pa.array([], pa.string()), "prediction": pa.array([], pa.string()), "weight": pa.array([], pa.float64())}


def test_an_empty_table_of_known_classes_is_an_empty_matrix(open_table, logged):
    matrix = count_labels(open_table(EMPTY), "label", "prediction", labels=["a", "b"])
    assert logged(matrix) == [[0, 0], [0, 0]]


def test_an_empty_table_has_no_weights_either(open_table, logged):
    matrix = count_labels(open_table(EMPTY), "label", "prediction", weight="weight", class_names=["a", "b"])
    assert logged(matrix) == [[0, 0], [0, 0]]


def test_an_empty_table_does_not_tell_the_classes(open_table):
    with pytest.raises(ValueError, match="missing labels: there are no samples"):
        count_labels(open_table(EMPTY), "label", "prediction")


@pytest.fixture(scope="module")
def thousand_classes():
    """A table of 60,000 samples of 1,000 classes, two columns of which nobody needs."""
    rng = np.random.default_rng(11)
    y_true = rng.integers(0, 1000, 60_000)
    y_pred = np.where(rng.random(60_000) < 0.7, y_true, rng.integers(0, 1000, 60_000))
    return {"label": y_true, "prediction": y_pred, "score": rng.random(60_000), "text": [f"sample {n}" for n in range(60_000)]}


def test_a_thousand_classes(open_table, logged, thousand_classes):
    matrix = count_labels(open_table(thousand_classes), "label", "prediction", labels=range(1000))
    expected = confusion_matrix(thousand_classes["label"], thousand_classes["prediction"], labels=range(1000))
    np.testing.assert_array_equal(logged(matrix), expected)


def test_a_thousand_classes_of_texts_equal_those_of_arrays(open_table, logged, thousand_classes):
    names = np.array([f"class {index:03d}" for index in range(1000)])
    columns = {name: names[thousand_classes[name]] for name in ("label", "prediction")}
    matrix = count_labels(open_table(columns), "label", "prediction")
    by_arrays = ConfusionMatrix.from_predictions(columns["label"], columns["prediction"])
    assert matrix.class_names == by_arrays.class_names == tuple(names)
    np.testing.assert_array_equal(logged(matrix), by_arrays.counts)


@pytest.mark.parametrize("engine", LAZY, indirect=True)
def test_a_lazy_table_is_asked_once_and_hands_over_the_cells_alone(open_table, thousand_classes, monkeypatch):
    frame, collected, collect = open_table(thousand_classes), [], nw.LazyFrame.collect

    def spy(self, *arguments, **options):
        result = collect(self, *arguments, **options)
        collected.append(result)
        return result

    monkeypatch.setattr(nw.LazyFrame, "collect", spy)
    matrix = count_labels(frame, "label", "prediction")
    expected = confusion_matrix(thousand_classes["label"], thousand_classes["prediction"])
    assert [(len(cells), len(cells.columns)) for cells in collected] == [(np.count_nonzero(expected), 3)]
    np.testing.assert_array_equal(matrix.counts, expected)


@pytest.mark.parametrize("engine", ["polars-lazy"], indirect=True)
def test_polars_streams_the_two_columns_from_parquet(open_table, thousand_classes, monkeypatch):
    asked, collect = [], pl.LazyFrame.collect

    def spy(self, *arguments, **options):
        asked.append((self.explain(), options.get("engine")))
        return collect(self, *arguments, **options)

    frame = open_table(thousand_classes)
    monkeypatch.setattr(pl.LazyFrame, "collect", spy)
    count_labels(frame, "label", "prediction")
    ((plan, engine),) = asked
    assert engine == "streaming"
    assert "Parquet SCAN" in plan
    assert "PROJECT 2/4 COLUMNS" in plan


@pytest.mark.parametrize("engine", ["duckdb"], indirect=True)
def test_many_classes_stay_sparse(open_table):
    identifiers = list(range(3000))
    matrix = count_labels(open_table({"label": identifiers, "prediction": identifiers}), "label", "prediction")
    assert (matrix.num_classes, matrix.counts.nnz, matrix.total) == (3000, 3000, 3000)


@pytest.mark.parametrize("engine", EAGER, indirect=True)
def test_one_column_may_be_both(open_table):
    matrix = count_labels(open_table(TEXTS), "label", "label")
    assert matrix.counts.tolist() == confusion_matrix(LABELS, LABELS).tolist()


def test_a_column_that_is_not_there_is_named_with_those_that_are(open_table):
    with pytest.raises(ValueError, match="unknown column: 'guess'; the columns are 'label', 'prediction'"):
        count_labels(open_table(TEXTS), "label", "guess")


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        ({"label": ["a"], "prediction": [1]}, {}, "invalid labels: column 'label' has strings, column 'prediction' has numbers"),
        ({"label": [1], "prediction": [0.5]}, {}, r"invalid column 'prediction': label 0.5; .*argmax"),
        ({"label": [[1]], "prediction": [1]}, {}, "invalid label: column 'label' is List"),
        ({**TEXTS, "weight": LABELS}, {"weight": "weight"}, "invalid weight: column 'weight' is String; pass a column of numbers"),
        (TEXTS, {"weight": "weights"}, "unknown column: 'weights'"),
        (TEXTS, {"nulls": "keep"}, "invalid nulls: 'keep'; pass 'error' or 'drop'"),
        (TEXTS, {"class_names": ["cat", "dog"]}, r"unknown label in column 'label': 'eel' \(1 samples\)"),
        (TEXTS, {"labels": ["cat", "cat"]}, "invalid labels: 'cat' is there more than once"),
    ],
)
@pytest.mark.parametrize("engine", ["polars-lazy", "duckdb", "pyarrow"], indirect=True)
def test_what_can_not_be_counted_is_named(open_table, columns, arguments, message):
    with pytest.raises(ValueError, match=message):
        count_labels(open_table(columns), "label", "prediction", **arguments)


@pytest.mark.parametrize("frame", [{"label": ["a"]}, [1, 2], np.eye(2), pd.Series([1]), None])
def test_what_is_no_table_is_named(frame):
    with pytest.raises(ValueError, match=r"invalid frame: .*pass a table of pandas, Polars"):
        count_labels(frame, "label", "prediction")


def test_integers_of_more_bits_than_numpy_has_are_labels_too():
    wide = pl.DataFrame({"label": [0, 1, 1], "prediction": [0, 1, 0]}).with_columns(pl.all().cast(pl.Int128))
    assert count_labels(wide, "label", "prediction").counts.tolist() == [[1, 0], [1, 1]]
    huge = duckdb.sql("SELECT 1::HUGEINT AS label, 0::HUGEINT AS prediction UNION ALL SELECT 0, 0")
    assert count_labels(huge, "label", "prediction").counts.tolist() == [[1, 0], [1, 0]]
