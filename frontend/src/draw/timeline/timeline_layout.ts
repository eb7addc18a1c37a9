import { HEADER_HEIGHT_CSS } from "../matrix/card_layout";
import type { TimeFrame } from "./time_plane";

/** How the cards of a Timeline lie beside and below each other. */
export interface TimelineLayout {
  readonly numColumns: number;
  readonly nameWidthCss: number;
  /** Of the columns of a card. */
  readonly widthCss: number;
  readonly rowHeightCss: number;
}

const CARD_GAP_CSS = 20;
const MIN_WIDTH_CSS = 200;
const MIN_NAME_WIDTH_CSS = 74;
const MAX_NAME_WIDTH_CSS = 140;
const CHART_TOP_CSS = 6;
const CHART_HEIGHT_CSS = 76;
const CHART_GAP_CSS = 14;
const STEPS_ROOM_CSS = 34;
const MAX_ROW_HEIGHT_CSS = 30;
const MAX_STACKED_ROW_HEIGHT_CSS = 18;
/** As thin as rows are while a page of them can be scrolled; below, they share pixels. */
const MIN_ROW_HEIGHT_CSS = 3;
/** A canvas may not grow without end. */
const MAX_ROWS_HEIGHT_CSS = 2400;

/** As many cards side by side as stay readable; rows as tall as fit, and as many as there are. */
export function layoutTimelines(
  areaWidthCss: number,
  areaHeightCss: number,
  numCards: number,
  numRows: number,
  longestNameCss: number,
): TimelineLayout {
  const nameWidthCss = Math.min(Math.max(longestNameCss + 14, MIN_NAME_WIDTH_CSS), MAX_NAME_WIDTH_CSS);
  const room = areaWidthCss - nameWidthCss + CARD_GAP_CSS;
  const numColumns = Math.max(1, Math.min(numCards, Math.floor(room / (MIN_WIDTH_CSS + CARD_GAP_CSS))));
  const widthCss = Math.max(MIN_WIDTH_CSS, Math.floor(room / numColumns) - CARD_GAP_CSS);
  const aboveCss = HEADER_HEIGHT_CSS + CHART_TOP_CSS + CHART_HEIGHT_CSS + CHART_GAP_CSS + STEPS_ROOM_CSS;
  // Each card is one that fills the page; where they don't all fit they scroll.
  const fitting = Math.floor((areaHeightCss - aboveCss) / Math.max(1, numRows));
  const most = Math.min(
    numCards > numColumns ? MAX_STACKED_ROW_HEIGHT_CSS : MAX_ROW_HEIGHT_CSS,
    MAX_ROWS_HEIGHT_CSS / Math.max(1, numRows),
  );
  const rowHeightCss = Math.min(Math.max(fitting, MIN_ROW_HEIGHT_CSS), most);
  return { numColumns, nameWidthCss, widthCss, rowHeightCss };
}

/** Names stand left of the first card of each row of cards. */
export function timeFrame(layout: TimelineLayout, column: number): TimeFrame {
  return {
    leftCss: column === 0 ? layout.nameWidthCss : 2,
    widthCss: layout.widthCss,
    chartTopCss: CHART_TOP_CSS,
    chartHeightCss: CHART_HEIGHT_CSS,
    topCss: CHART_TOP_CSS + CHART_HEIGHT_CSS + CHART_GAP_CSS,
    rowHeightCss: layout.rowHeightCss,
  };
}
