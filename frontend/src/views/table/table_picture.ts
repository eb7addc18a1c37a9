import { FONT_FAMILY, fitText } from "../../draw/matrix/labels";
import type { Surface } from "../../draw/surface";

const FONT = `12px ${FONT_FAMILY}`;
const PADDING_CSS = 6;

/** Draws a cell of a table as the browser has laid it out: its text, its sparkline, and the line below it. */
export function drawCell(surface: Surface, cell: HTMLElement, { left, top }: DOMRect, colour: string): void {
  const box = cell.getBoundingClientRect();
  const { color, textAlign, fontWeight } = getComputedStyle(cell);
  const leftCss = box.left - left;
  surface.font = Number(fontWeight) >= 500 ? `500 ${FONT}` : FONT;
  surface.fillStyle = color || colour;
  surface.textBaseline = "middle";
  const isLeft = textAlign === "left" || textAlign === "start";
  surface.textAlign = isLeft ? "left" : "right";
  const text = fitText(surface, cell.innerText.replace(/\s+/g, " ").trim(), box.width - 2 * PADDING_CSS);
  surface.fillText(text, isLeft ? leftCss + PADDING_CSS : leftCss + box.width - PADDING_CSS, box.top - top + box.height / 2);
  const path = cell.querySelector("path");
  if (path) drawSparkline(surface, path, left, top);
  const row = cell.parentElement?.getBoundingClientRect() ?? box;
  surface.fillStyle = getComputedStyle(cell).getPropertyValue("--line") || colour;
  surface.fillRect(leftCss, row.bottom - top - 1, box.width, 1);
}

/** A path of absolute moves and lines. */
function drawSparkline(surface: Surface, path: SVGPathElement, left: number, top: number): void {
  const box = path.ownerSVGElement?.getBoundingClientRect();
  if (!box) return;
  surface.strokeStyle = path.getAttribute("stroke") ?? "#000000";
  surface.lineWidth = 1.5;
  surface.beginPath();
  for (const [, command, x, y] of (path.getAttribute("d") ?? "").matchAll(/([ML])([\d.]+) ([\d.]+)/g)) {
    const [xCss, yCss] = [box.left - left + Number(x), box.top - top + Number(y)];
    if (command === "M") surface.moveTo(xCss, yCss);
    else surface.lineTo(xCss, yCss);
  }
  surface.stroke();
}
