import { type Surface, surfaceOf } from "./surface";

/** Gives a canvas its size in device pixels, empties it, and lets it be drawn on in CSS pixels. */
export function prepareCanvas(canvas: HTMLCanvasElement, widthCss: number, heightCss: number): Surface {
  const ratio = window.devicePixelRatio;
  const width = Math.round(widthCss * ratio);
  const height = Math.round(heightCss * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, widthCss, heightCss);
  return surfaceOf(context);
}
