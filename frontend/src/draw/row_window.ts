/** Rows drawn beyond each edge, so that scrolling shows no gap. */
const MARGIN_ROWS = 6;

/** The rows of a list that are seen, and a few around them. */
export function visibleRows(numRows: number, rowHeightCss: number, scrollTopCss: number, heightCss: number): number[] {
  const first = Math.max(0, Math.floor(scrollTopCss / rowHeightCss) - MARGIN_ROWS);
  const last = Math.min(numRows, Math.ceil((scrollTopCss + heightCss) / rowHeightCss) + MARGIN_ROWS);
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}
