import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { resultOf } from "../util/slices";
import { shownClassNames } from "./class_names";
import { strongestConfusionSteps } from "./ranking";
import { cellSentence, classSentence } from "./sentence";

const COUNTS = [
  [880, 120],
  [0, 0],
];
const NAMES = ["cat", "dog"];

describe("cellSentence", () => {
  const matrix = matrixOf(COUNTS);

  it("tells a share of the true class, with its Wilson interval", () => {
    // statsmodels.stats.proportion.proportion_confint(120, 1000, method="wilson") = (0.10128, 0.14162)
    expect(cellSentence(matrix, "true", { trueClass: 0, predClass: 1 }, NAMES)).toBe(
      "120 of 1,000 “cat” were predicted as “dog”: 12.0 % [10.1–14.2]",
    );
  });

  it("tells 0/0 as no samples", () => {
    expect(cellSentence(matrix, "true", { trueClass: 1, predClass: 0 }, NAMES)).toBe("no samples of “dog”");
    expect(cellSentence(matrixOf([[0]]), "all", { trueClass: 0, predClass: 0 }, ["x"])).toBe("no samples at this step");
  });

  it("gives weighted counts no interval", () => {
    expect(cellSentence(matrixOf([[1.5, 0.5]].concat([[0, 0]]), true), "true", { trueClass: 0, predClass: 1 }, NAMES)).toBe(
      "0.5 of 2 “cat” were predicted as “dog”: 25.0 % (weighted)",
    );
  });
});

describe("classSentence", () => {
  const matrix = matrixOf([
    [780, 220, 0],
    [90, 410, 0],
    [0, 0, 0],
  ]);

  it("tells recall and precision with their Wilson intervals", () => {
    // scipy.stats.binomtest(780, 1000).proportion_ci(method="wilson") = (0.7533, 0.8046); of 780 in 870: (0.8745, 0.9151)
    expect(classSentence(matrix, "true", 0, ["cat", "dog", "fox"])).toBe(
      "780 of 1,000 “cat” were predicted right: recall 78.0 % [75.3–80.5]",
    );
    expect(classSentence(matrix, "pred", 0, ["cat", "dog", "fox"])).toBe(
      "780 of 870 predicted as “cat” were right: precision 89.7 % [87.5–91.5]",
    );
  });

  it("tells 0/0 as no samples", () => {
    expect(classSentence(matrix, "true", 2, ["cat", "dog", "fox"])).toBe("no samples of “fox”");
    expect(classSentence(matrix, "pred", 2, ["cat", "dog", "fox"])).toBe("no samples were predicted as “fox”");
  });

  it("keeps both ends of a long name", () => {
    expect(classSentence(matrix, "true", 2, ["", "", `${"a".repeat(100)} 7`])).toMatch(/^no samples of “a{20}…a{17} 7”$/);
  });
});

describe("shownClassNames", () => {
  it("tells names that repeat apart by their index", () => {
    expect(shownClassNames(["crane", "cat", "crane"], 3)).toEqual(["crane (0)", "cat", "crane (2)"]);
  });

  it("shows indices without names, or with the wrong number of them", () => {
    expect(shownClassNames(null, 2)).toEqual(["0", "1"]);
    expect(shownClassNames(["a"], 2)).toEqual(["0", "1"]);
  });

  it("shows the index of a name that is empty or blank", () => {
    expect(shownClassNames(["", "a", "  "], 3)).toEqual(["(0)", "a", "(2)"]);
  });
});

describe("strongestConfusionSteps", () => {
  it("ranks what lies off the diagonal", () => {
    const matrix = matrixOf([
      [9, 1, 0],
      [4, 4, 0],
      [0, 3, 90],
    ]);
    const pairs = resultOf(strongestConfusionSteps(matrix, "true", 2)).map(({ trueClass, predClass, value }) => [
      trueClass,
      predClass,
      value,
    ]);
    expect(pairs).toEqual([
      [1, 0, 0.5],
      [0, 1, 0.1],
    ]);
    expect(resultOf(strongestConfusionSteps(matrix, "counts", 1))[0]).toMatchObject({ trueClass: 1, predClass: 0, value: 4 });
  });

  it("leaves out rows and columns that are no classes", () => {
    const matrix = matrixOf([
      [9, 1, 5],
      [2, 4, 0],
      [7, 0, 90],
    ]);
    const pairs = resultOf(strongestConfusionSteps(matrix, "counts", 9, [2])).map(({ trueClass, predClass }) => [
      trueClass,
      predClass,
    ]);
    expect(pairs).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("is empty for a perfect matrix", () => {
    expect(resultOf(strongestConfusionSteps(matrixOf([[5]]), "counts", 3))).toEqual([]);
  });
});
