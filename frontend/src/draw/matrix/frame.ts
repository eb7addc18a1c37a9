/** Where the square of cells lies on its canvas. */
export interface Frame {
  readonly leftCss: number;
  readonly topCss: number;
  readonly widthCss: number;
  readonly heightCss: number;
  /** Left of the names of the rows. */
  readonly bracketRoomCss: number;
  /** Whether the names of the rows stand left of the cells. */
  readonly hasRowNames: boolean;
}
