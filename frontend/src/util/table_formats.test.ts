import { describe, expect, it } from "vitest";
import { type ExportTable, toCsv, toJson, toLatex, toTsv } from "./table_formats";

const TABLE: ExportTable = {
  about: { run: "a,b", step: 3 },
  columns: ["class", "recall", "n"],
  rows: [
    ['the "cat"', 0.125, 8],
    ["50 % & more_", null, 0],
    ["dog", -0.5, 2],
  ],
  printed: (value, column) => (column === 1 ? (100 * value).toFixed(1) : String(value)),
};

describe("toCsv", () => {
  it("says in each row where it comes from, and quotes what would break it", () => {
    expect(toCsv([TABLE]).split("\r\n")).toEqual([
      "run,step,class,recall,n",
      '"a,b",3,"the ""cat""",0.125,8',
      '"a,b",3,50 % & more_,,0',
      '"a,b",3,dog,-0.5,2',
      "",
    ]);
  });

  it("sets tables apart by an empty line", () => {
    expect(toCsv([TABLE, TABLE])).toContain("dog,-0.5,2\r\n\r\nrun,step,class");
  });
});

describe("toJson", () => {
  it("keeps numbers as numbers, and has null for none", () => {
    const parsed = JSON.parse(toJson([{ ...TABLE, rows: [["cat", Number.NaN, 1]] }]));
    expect(parsed).toEqual([{ run: "a,b", step: 3, columns: ["class", "recall", "n"], rows: [["cat", null, 1]] }]);
  });
});

describe("toLatex", () => {
  it("is a table of booktabs with its source in a comment", () => {
    const lines = toLatex([TABLE]).split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "% Needs \\usepackage{booktabs}.",
      "% run a,b, step 3",
      "\\begin{tabular}{lrr}",
      "\\toprule",
      "class & recall & n \\\\",
      "\\midrule",
    ]);
    expect(lines.slice(6)).toEqual([
      'the "cat" & 12.5 & 8 \\\\',
      "50 \\% \\& more\\_ & -- & 0 \\\\",
      "dog & $-$50.0 & 2 \\\\",
      "\\bottomrule",
      "\\end{tabular}",
      "",
    ]);
  });

  it("can't be broken by a name", () => {
    const table = { ...TABLE, about: { run: "x\n\\input{y}" }, rows: [["\\input{x} ~^ #{}", 0, 0]] };
    expect(toLatex([table])).toContain("% run x \\input{y}\n");
    expect(toLatex([table])).toContain("\\textbackslash{}input\\{x\\} \\textasciitilde{}\\textasciicircum{} \\#\\{\\} & 0.0 & 0");
  });
});

describe("toTsv", () => {
  it("has a line a row, whatever is in the names", () => {
    expect(toTsv({ ...TABLE, about: { run: "a\tb" }, rows: [["two\nlines", 1, 2]] })).toBe(
      "run\ta b\nclass\trecall\tn\ntwo lines\t1\t2",
    );
  });
});
