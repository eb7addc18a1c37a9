import { surfaceOf } from "../surface";
import type { Theme } from "../theme";
import { drawPicture, type Picture, pictureSize } from "./picture";
import { SvgSurface } from "./svg_surface";

/** Pixels a CSS pixel. */
const PICTURE_RATIO = 2;

/** The picture as a PNG of twice as many pixels as it has on the page. */
export async function toPng(picture: Picture, theme: Theme): Promise<Blob> {
  const [widthCss, heightCss] = pictureSize(picture);
  const canvas = new OffscreenCanvas(widthCss * PICTURE_RATIO, heightCss * PICTURE_RATIO);
  const context = canvas.getContext("2d") as unknown as CanvasRenderingContext2D;
  context.scale(PICTURE_RATIO, PICTURE_RATIO);
  drawPicture(surfaceOf(context), picture, PICTURE_RATIO, theme);
  return canvas.convertToBlob({ type: "image/png" });
}

/** The picture as an SVG. */
export function toSvg(picture: Picture, theme: Theme): string {
  const [widthCss, heightCss] = pictureSize(picture);
  const canvas = document.createElement("canvas");
  const surface = new SvgSurface({
    textWidth: (text, font) => textWidth(canvas, text, font),
    toPngUrl,
  });
  drawPicture(surface, picture, PICTURE_RATIO, theme);
  return surface.toText(widthCss, heightCss, picture.caption[0] ?? "", picture.caption);
}

function textWidth(canvas: HTMLCanvasElement, text: string, font: string): number {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.font = font;
  return context.measureText(text).width;
}

function toPngUrl(image: ImageData): string {
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  (canvas.getContext("2d") as CanvasRenderingContext2D).putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}
