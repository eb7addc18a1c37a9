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
}

export const BAR_ROOM_CSS = 44;
export const BAR_LENGTH_CSS = 30;
export const BAR_GAP_CSS = 8;
const HEADER_HEIGHT_CSS = 52;
const CARD_GAP_CSS = 24;
const EDGE_NAME_GAP_CSS = 14;
const MAX_NAME_WIDTH_CSS = 132;
const MIN_NAME_WIDTH_CSS = 24;
const MIN_SIDE_CSS = 150;
const MAX_SIDE_CSS = 1200;
/** Names above the cells lean by this much. */
export const NAME_SLOPE = Math.PI / 5;

/**
 * Chooses the number of columns that makes the cells largest; where even so they would be too small, the cards scroll.
 *
 * @param longestNameCss width of the longest class name.
 */
export function layoutCards(areaWidthCss: number, areaHeightCss: number, numCards: number, longestNameCss: number): CardLayout {
  const nameWidthCss = Math.min(Math.max(longestNameCss, MIN_NAME_WIDTH_CSS), MAX_NAME_WIDTH_CSS, areaWidthCss / 4) + EDGE_NAME_GAP_CSS;
  const nameHeightCss = Math.min(Math.max(longestNameCss, MIN_NAME_WIDTH_CSS), MAX_NAME_WIDTH_CSS, areaHeightCss / 4) * Math.sin(NAME_SLOPE) + 20;
  const sideWith = (numColumns: number) => {
    const numRows = Math.ceil(numCards / numColumns);
    const width = (areaWidthCss - nameWidthCss - (numColumns - 1) * CARD_GAP_CSS) / numColumns - BAR_ROOM_CSS;
    const height = areaHeightCss / numRows - HEADER_HEIGHT_CSS - nameHeightCss - BAR_ROOM_CSS;
    // In rows of cards that don't fit the height they scroll: width alone decides then.
    return Math.min(width, numRows > 1 ? Math.max(height, MIN_SIDE_CSS) : height);
  };
  const candidates = Array.from({ length: Math.max(1, numCards) }, (_, i) => i + 1);
  const numColumns = candidates.reduce((best, one) => (sideWith(one) > sideWith(best) ? one : best), 1);
  const sideCss = Math.floor(Math.min(Math.max(sideWith(numColumns), MIN_SIDE_CSS), MAX_SIDE_CSS));
  return { numColumns, nameWidthCss, nameHeightCss, sideCss, headerHeightCss: HEADER_HEIGHT_CSS };
}

/** The width of the card at a place in its row of cards. */
export function cardWidthCss(layout: CardLayout, column: number): number {
  return nameRoomCss(layout, column) + layout.sideCss + BAR_ROOM_CSS + (column === 0 ? 0 : CARD_GAP_CSS);
}

/** The room left of the cells. */
export function nameRoomCss(layout: CardLayout, column: number): number {
  return column === 0 ? layout.nameWidthCss : 0;
}
