import { LABEL_FONT } from "../matrix/labels";
import type { Surface } from "../surface";

/** Above so many rectangles pixels are embedded as they are. */
const MAX_RECTANGLES = 10_000;
/** How far below the point of a text its base line lies, as a share of the font's size. */
const BASELINE_SHIFTS: Record<string, number> = { top: 0.8, middle: 0.35, alphabetic: 0 };
const ANCHORS: Record<string, string> = { left: "start", center: "middle", right: "end" };

type Matrix = readonly [number, number, number, number, number, number];

interface State {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  transform: Matrix;
  clipId: string | null;
}

/** What an SVG needs of a browser: the width of texts, and an image as a PNG. */
export interface SvgHost {
  readonly textWidth: (text: string, font: string) => number;
  readonly toPngUrl: (image: ImageData) => string;
}

/** Takes what is drawn as the elements of an SVG. */
export class SvgSurface implements Surface {
  fillStyle: Surface["fillStyle"] = "#000000";
  strokeStyle: Surface["strokeStyle"] = "#000000";
  lineWidth = 1;
  globalAlpha = 1;
  font = LABEL_FONT;
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";
  private transform: Matrix = [1, 0, 0, 1, 0, 0];
  private clipId: string | null = null;
  private readonly states: State[] = [];
  private path: string[] = [];
  private readonly elements: string[] = [];
  private numClips = 0;

  constructor(private readonly host: SvgHost) {}

  /**
   * The picture.
   *
   * @param title what it is.
   * @param description where it comes from, a line each.
   */
  toText(widthCss: number, heightCss: number, title: string, description: readonly string[]): string {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${widthCss}" height="${heightCss}" viewBox="0 0 ${widthCss} ${heightCss}">`,
      `<title>${escaped(title)}</title>`,
      `<desc>${escaped(description.join("\n"))}</desc>`,
      ...this.elements,
      "</svg>",
      "",
    ].join("\n");
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, textBaseline, transform, clipId } = this;
    const colours = { fillStyle: String(fillStyle), strokeStyle: String(strokeStyle) };
    this.states.push({ ...colours, lineWidth, globalAlpha, font, textAlign, textBaseline, transform, clipId });
  }

  restore(): void {
    const state = this.states.pop();
    if (state) Object.assign(this, state);
  }

  translate(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.transform;
    this.transform = [a, b, c, d, a * x + c * y + e, b * x + d * y + f];
  }

  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.transform;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.transform = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.add("rect", { ...box(x, y, width, height), fill: this.fillStyle });
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.add("rect", { ...box(x, y, width, height), fill: "none", ...this.stroked() });
  }

  fillText(text: string, x: number, y: number): void {
    const sizeCss = Number(/(\d+(?:\.\d+)?)px/.exec(this.font)?.[1] ?? 11);
    const family = this.font.slice(this.font.indexOf("px") + 2).trim();
    const attributes = {
      x,
      y: y + (BASELINE_SHIFTS[this.textBaseline] ?? 0) * sizeCss,
      fill: this.fillStyle,
      "font-family": family,
      "font-size": sizeCss,
      "font-weight": /^(\d{3}) /.exec(this.font)?.[1] ?? null,
      "text-anchor": ANCHORS[this.textAlign] ?? "start",
    };
    this.add("text", attributes, escaped(text));
  }

  measureText(text: string): TextMetrics {
    return { width: this.host.textWidth(text, this.font) } as TextMetrics;
  }

  beginPath(): void {
    this.path = [];
  }

  moveTo(x: number, y: number): void {
    this.path.push(`M${number(x)} ${number(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.path.push(`${this.path.length === 0 ? "M" : "L"}${number(x)} ${number(y)}`);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path.push(`M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`);
  }

  closePath(): void {
    this.path.push("Z");
  }

  fill(): void {
    this.add("path", { d: this.path.join(""), fill: this.fillStyle });
  }

  stroke(): void {
    this.add("path", { d: this.path.join(""), fill: "none", ...this.stroked() });
  }

  /** Clips lie within each other only where their union is asked for, by one path. */
  clip(): void {
    this.clipId = `clip${this.numClips++}`;
    const path = element("path", { d: this.path.join(""), transform: transformText(this.transform) });
    this.elements.push(`<clipPath id="${this.clipId}">${path}</clipPath>`);
  }

  /** As rectangles of one colour each, where there aren't too many. */
  drawPixels(image: ImageData, leftCss: number, topCss: number, widthCss: number, heightCss: number): void {
    const blocks = blocksOf(image, MAX_RECTANGLES);
    if (blocks === null) {
      const href = this.host.toPngUrl(image);
      this.add("image", { ...box(leftCss, topCss, widthCss, heightCss), style: "image-rendering:pixelated", href });
      return;
    }
    const [scaleX, scaleY] = [widthCss / image.width, heightCss / image.height];
    for (const { x, y, width, height, colour } of blocks) {
      const place = box(leftCss + x * scaleX, topCss + y * scaleY, width * scaleX, height * scaleY);
      this.add("rect", { ...place, fill: colour, "shape-rendering": "crispEdges" });
    }
  }

  private stroked(): Attributes {
    return { stroke: this.strokeStyle, "stroke-width": this.lineWidth === 1 ? null : this.lineWidth };
  }

  private add(name: string, attributes: Attributes, content = ""): void {
    const common = {
      opacity: this.globalAlpha === 1 ? null : this.globalAlpha,
      transform: transformText(this.transform),
    };
    const drawn = element(name, { ...attributes, ...common }, content);
    // The clip is in the picture's coordinates, whatever the element's own are.
    this.elements.push(this.clipId === null ? drawn : `<g clip-path="url(#${this.clipId})">${drawn}</g>`);
  }
}

type Attributes = Record<string, unknown>;

/** A rectangle of pixels of one colour. */
interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
}

/** An image as rectangles, cut where neighbouring lines differ; its most frequent colour is one behind all others. Null: too many. */
function blocksOf({ data, width, height }: ImageData, most: number): Block[] | null {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const behind = mostFrequent(pixels);
  const blocks: Block[] = behind === null ? [] : [{ x: 0, y: 0, width, height, colour: colourText(behind) }];
  for (let top = 0; top < height; ) {
    const line = pixels.subarray(top * width, (top + 1) * width);
    let bottom = top + 1;
    while (bottom < height && isSame(line, pixels.subarray(bottom * width, (bottom + 1) * width))) bottom++;
    for (let left = 0; left < width; ) {
      let right = left + 1;
      while (right < width && line[right] === line[left]) right++;
      const colour = line[left] as number;
      if (colour !== behind)
        blocks.push({ x: left, y: top, width: right - left, height: bottom - top, colour: colourText(colour) });
      if (blocks.length > most) return null;
      left = right;
    }
    top = bottom;
  }
  return blocks;
}

function mostFrequent(pixels: Uint32Array): number | null {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  let most: number | null = null;
  for (const [pixel, count] of counts) if (most === null || count > (counts.get(most) ?? 0)) most = pixel;
  return most;
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Little-endian ABGR as #rrggbb. */
function colourText(pixel: number): string {
  const channels = [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255];
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function box(x: number, y: number, width: number, height: number): Attributes {
  return { x, y, width, height };
}

function element(name: string, attributes: Attributes, content = ""): string {
  const texts = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? number(value) : escaped(String(value))}"`);
  return content === "" ? `<${name}${texts.join("")}/>` : `<${name}${texts.join("")}>${content}</${name}>`;
}

function transformText(transform: Matrix): string | null {
  return transform.join() === "1,0,0,1,0,0" ? null : `matrix(${transform.map(number).join(" ")})`;
}

function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for XML, without the control characters that XML can't hold. */
function escaped(text: string): string {
  return [...text]
    .filter((one) => one >= " " || one === "\n" || one === "\t")
    .map((one) => ESCAPES[one] ?? one)
    .join("");
}
