/** A value of a table: text, a number, or nothing where there is none. */
export type Value = string | number | null;

/** Rows under named columns, and what one must know of them. */
export interface ExportTable {
  /** Run, tag, step and so on, by name. */
  readonly about: Readonly<Record<string, Value>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /** How the values of a column are printed in a paper; a column without one is printed as it is. */
  readonly printed?: (value: number, column: number) => string;
}

/** RFC 4180: what the tables are about in the first columns, so that each row says where it comes from; a blank line between tables. */
export function toCsv(tables: readonly ExportTable[]): string {
  return tables.map(csvOf).join("\r\n");
}

function csvOf({ about, columns, rows }: ExportTable): string {
  const where = Object.values(about);
  const lines = [[...Object.keys(about), ...columns], ...rows.map((row) => [...where, ...row])];
  return lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value: Value): string {
  const text = plain(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An array with an object a table, a line each. */
export function toJson(tables: readonly ExportTable[]): string {
  const objects = tables.map(({ about, columns, rows }) => ({ ...about, columns, rows: rows.map((row) => row.map(finite)) }));
  return `[${objects.map((one) => JSON.stringify(one)).join(",\n")}]\n`;
}

function finite(value: Value): Value {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}

/** Tables in the style of LaTeX's package booktabs. */
export function toLatex(tables: readonly ExportTable[]): string {
  return `% Needs \\usepackage{booktabs}.\n${tables.map(latexOf).join("\n")}`;
}

function latexOf({ about, columns, rows, printed }: ExportTable): string {
  const where = Object.entries(about).map(([name, value]) => `${name} ${plain(value)}`.replace(/\s+/g, " "));
  const isText = columns.map((_, i) => rows.every((row) => typeof row[i] === "string"));
  const print = (value: Value, column: number) => {
    if (typeof value === "string") return latexText(value);
    if (value === null || Number.isNaN(value)) return "--";
    return latexText((printed ? printed(value, column) : String(value)).replace("-", "−"));
  };
  return [
    `% ${where.join(", ")}`,
    `\\begin{tabular}{${isText.map((one) => (one ? "l" : "r")).join("")}}`,
    "\\toprule",
    `${columns.map(latexText).join(" & ")} \\\\`,
    "\\midrule",
    ...rows.map((row) => `${row.map(print).join(" & ")} \\\\`),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

const LATEX_ESCAPES: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "→": "$\\to$",
  "−": "$-$",
};

function latexText(text: string): string {
  return text.replace(/[\\~^→−&%$#_{}]/g, (one) => LATEX_ESCAPES[one] ?? `\\${one}`).replace(/\s+/g, " ");
}

/** Tab-separated, as spreadsheets paste it; tabs and line ends within a text become spaces. */
export function toTsv({ about, columns, rows }: ExportTable): string {
  const clean = (value: Value) => plain(value).replace(/[\t\r\n]+/g, " ");
  return [...Object.entries(about), columns, ...rows].map((row) => row.map(clean).join("\t")).join("\n");
}

function plain(value: Value): string {
  return value === null || (typeof value === "number" && Number.isNaN(value)) ? "" : String(value);
}
