/** Where the parts of all cards lie, in CSS pixels: the same for each card, so that their rows and columns align. */
export interface CardLayout {
  readonly numColumns: number;
  /** Room for the class names left of the first card of each row of cards; the others need none. */
  readonly nameWidthCss: number;
  /** Room for the class names above each matrix. */
  readonly nameHeightCss: number;
  /** Side of the square of cells. */
  readonly sideCss: number;
  readonly headerHeightCss: number;
  readonly bracketRoomCss: number;
}

export const BAR_ROOM_CSS = 54;
export const BAR_LENGTH_CSS = 30;
export const BAR_GAP_CSS = 8;
/** The map of the whole matrix stands where the two margins of bars meet. */
export const MAP_SIDE_CSS = BAR_ROOM_CSS - BAR_GAP_CSS;
/** Between two cards, across and down. */
export const CARD_GAP_CSS = 20;
/** Room for "True label" and "Predicted label". */
export const AXIS_TITLE_ROOM_CSS = 18;
/** For the line around the cells and the frame of a selected one. */
const FRAME_ROOM_CSS = 2;
export const HEADER_HEIGHT_CSS = 48;
const EDGE_NAME_GAP_CSS = 12;
const ABOVE_NAMES_GAP_CSS = 18;
const MAX_NAME_WIDTH_CSS = 132;
const MIN_NAME_WIDTH_CSS = 24;
/** Smaller than this the cards are drawn at this size and scroll. */
const COMFORTABLE_SIDE_CSS = 160;
const MIN_SIDE_CSS = 120;
const MAX_SIDE_CSS = 1200;
/** Names above the cells lean by this much. */
export const NAME_SLOPE = Math.PI / 5;

/**
 * Chooses the number of columns that makes the cells largest; where even so they would be too small, the cards scroll.
 *
 * @param longestNameCss width of the longest class name.
 * @param bracketRoomCss room for the brackets of groups, left of the names.
 */
export function layoutCards(
  areaWidthCss: number,
  areaHeightCss: number,
  numCards: number,
  longestNameCss: number,
  bracketRoomCss = 0,
): CardLayout {
  const nameCss = Math.min(Math.max(longestNameCss, MIN_NAME_WIDTH_CSS), MAX_NAME_WIDTH_CSS);
  const nameWidthCss = Math.min(nameCss, areaWidthCss / 5) + EDGE_NAME_GAP_CSS + AXIS_TITLE_ROOM_CSS + bracketRoomCss;
  const nameHeightCss =
    Math.round(Math.min(nameCss, areaHeightCss / 4) * Math.sin(NAME_SLOPE)) + ABOVE_NAMES_GAP_CSS + AXIS_TITLE_ROOM_CSS;
  const widthFor = (numColumns: number) =>
    (areaWidthCss - nameWidthCss - (numColumns - 1) * (CARD_GAP_CSS + FRAME_ROOM_CSS)) / numColumns - BAR_ROOM_CSS;
  const heightFor = (numRows: number) =>
    (areaHeightCss - (numRows - 1) * CARD_GAP_CSS) / numRows - HEADER_HEIGHT_CSS - nameHeightCss - BAR_ROOM_CSS;
  const sideFor = (numColumns: number) => Math.min(widthFor(numColumns), heightFor(Math.ceil(numCards / numColumns)));
  const candidates = Array.from({ length: Math.max(1, numCards) }, (_, i) => i + 1);
  const best = candidates.reduce((one, other) => (sideFor(other) > sideFor(one) ? other : one));
  const isComfortable = sideFor(best) >= COMFORTABLE_SIDE_CSS;
  // As many columns as stay comfortable, and rows that scroll.
  const numColumns = isComfortable ? best : (candidates.findLast((one) => widthFor(one) >= COMFORTABLE_SIDE_CSS) ?? 1);
  const sideCss = isComfortable ? sideFor(best) : Math.min(widthFor(numColumns), Math.max(heightFor(1), COMFORTABLE_SIDE_CSS));
  return {
    numColumns,
    nameWidthCss,
    nameHeightCss,
    sideCss: Math.floor(Math.min(Math.max(sideCss, MIN_SIDE_CSS), MAX_SIDE_CSS)),
    headerHeightCss: HEADER_HEIGHT_CSS,
    bracketRoomCss,
  };
}

/** The width of the card at a place in its row of cards. */
export function cardWidthCss(layout: CardLayout, column: number): number {
  return nameRoomCss(layout, column) + layout.sideCss + BAR_ROOM_CSS;
}

/** The room left of the cells. */
export function nameRoomCss(layout: CardLayout, column: number): number {
  return column === 0 ? layout.nameWidthCss : FRAME_ROOM_CSS;
}
