import type { Piece } from "../draw/picture/picture";

/** A view of which a picture can be taken. */
export interface Pictured {
  /** Its parts, from the top left of what they take together. */
  pieces(): Piece[];
}

/** Elements that have a piece each, as they lie on the page. */
export function piecesOf(elements: Iterable<HTMLElement & { piece(leftCss: number, topCss: number): Piece }>): Piece[] {
  const all = [...elements].map((element) => ({ element, box: element.getBoundingClientRect() }));
  const left = Math.min(...all.map(({ box }) => box.left));
  const top = Math.min(...all.map(({ box }) => box.top));
  return all.map(({ element, box }) => element.piece(box.left - left, box.top - top));
}
