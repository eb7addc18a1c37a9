/** Cells with tabs between them, as spreadsheets paste them; tabs and line ends within a text become spaces. */
export function toTsv(rows: readonly (readonly (string | number)[])[]): string {
  const clean = (cell: string | number) => String(cell).replace(/[\t\r\n]+/g, " ");
  return rows.map((row) => row.map(clean).join("\t")).join("\n");
}
