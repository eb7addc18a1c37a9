/** What drawing needs of a canvas, so that a picture can be drawn on something else: an SVG. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "save"
  | "restore"
  | "translate"
  | "rotate"
  | "fillRect"
  | "strokeRect"
  | "fillText"
  | "measureText"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "rect"
  | "closePath"
  | "clip"
  | "fill"
  | "stroke"
> & {
  /** Places pixels, whole as they are, into a rectangle in CSS pixels. */
  readonly drawPixels: (image: ImageData, leftCss: number, topCss: number, widthCss: number, heightCss: number) => void;
};

/** A canvas as a surface. Its pixels are the image's where the rectangle has as many; else each of the image's becomes a block. */
export function surfaceOf(context: CanvasRenderingContext2D): Surface {
  return Object.assign(context, {
    drawPixels: (image: ImageData, leftCss: number, topCss: number, widthCss: number, heightCss: number) => {
      const { a: scale, e: offsetX, f: offsetY } = context.getTransform();
      const [x, y] = [Math.round(leftCss * scale + offsetX), Math.round(topCss * scale + offsetY)];
      if (Math.round(widthCss * scale) === image.width && Math.round(heightCss * scale) === image.height) {
        context.putImageData(image, x, y);
        return;
      }
      const canvas = new OffscreenCanvas(image.width, image.height);
      (canvas.getContext("2d") as OffscreenCanvasRenderingContext2D).putImageData(image, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(canvas, leftCss, topCss, widthCss, heightCss);
    },
  });
}
