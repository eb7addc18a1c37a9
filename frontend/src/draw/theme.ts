import { interpolateRgbBasis } from "d3-interpolate";

/** Levels of a cell: empty, a place in the colour range, the diagonal when only errors are looked at, 0/0. */
export const EMPTY = 0;
export const MAX_LEVEL = 253;
export const DIAGONAL = 254;
export const UNDEFINED = 255;

/** Of cells that share a pixel, that whose level has the most is seen: an error before the grey diagonal, anything before nothing. */
export const HEATS = Uint16Array.from(
  { length: 256 },
  (_, level) => ({ [EMPTY]: 0, [UNDEFINED]: 1, [DIAGONAL]: 2 })[level] ?? level + 2,
);

/** The colours of one theme; `colours` and `inks` have an entry a level. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly quietText: string;
  readonly line: string;
  readonly accent: string;
  /** Behind a bar: where it would end at 100 %. */
  readonly track: string;
  readonly colours: readonly string[];
  /** The same as bytes for canvas pixels, little-endian ABGR. */
  readonly pixels: Uint32Array;
  /** The line's colour in the same form. */
  readonly linePixel: number;
  /** The text colour on each level, of at least 4.5:1. */
  readonly inks: readonly string[];
  /** The same, quieter where that can be read. */
  readonly quietInks: readonly string[];
  readonly runs: readonly string[];
}

// Both begin at the page's background so that little recedes, and a first tint that still isn't zero.
const LIGHT_STOPS = ["#edf4fc", "#cfe1f3", "#9cc6e5", "#5ba3d3", "#2877ba", "#0c4b94", "#082f66"];
const DARK_STOPS = ["#36414d", "#335570", "#3270a4", "#4a95d0", "#83bce8", "#bcdef6", "#eef7fe"];

// TensorBoard's colours of runs, without the orange that says where one is.
const RUN_COLOURS = ["#1a73e8", "#12b5cb", "#e52592", "#7cb342", "#9334e6", "#f9ab00", "#425066", "#c5221f"];
const DARK_RUN_COLOURS = ["#4a8df2", "#2bd4d9", "#f0358f", "#a3d66b", "#b47cf0", "#fbc03b", "#93a1b3", "#f0716b"];

/** Of a few hundred colours, each asked for many times. */
const luminances = new Map<string, number>();

export const LIGHT = makeTheme(
  {
    background: "#ffffff",
    text: "#202124",
    quietText: "#5f6368",
    line: "#dadce0",
    accent: "#e8710a",
    track: "#eef0f2",
    runs: RUN_COLOURS,
  },
  LIGHT_STOPS,
  { diagonal: "#e3e5e8", undefined: "#f4f4f5" },
);

export const DARK = makeTheme(
  {
    background: "#303030",
    text: "#e8eaed",
    quietText: "#b3b8bd",
    line: "#4f5153",
    accent: "#ff9d4d",
    track: "#414345",
    runs: DARK_RUN_COLOURS,
  },
  DARK_STOPS,
  { diagonal: "#4a4c4f", undefined: "#363738" },
);

export function runColour(theme: Theme, index: number): string {
  return theme.runs[index % theme.runs.length] as string;
}

/** The level of a place in the colour range, from 0 to 1. */
export function levelAt(position: number): number {
  return 1 + Math.round(position * (MAX_LEVEL - 1));
}

/** The contrast of two colours from 1 to 21 (WCAG 2.2, 1.4.3). */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

type Base = Omit<Theme, "colours" | "pixels" | "linePixel" | "inks" | "quietInks">;

function makeTheme(base: Base, stops: string[], special: { diagonal: string; undefined: string }): Theme {
  const ramp = interpolateRgbBasis(stops);
  const colours = Array.from({ length: 256 }, (_, level) => toHex(ramp((level - 1) / (MAX_LEVEL - 1))));
  colours[EMPTY] = base.background;
  colours[DIAGONAL] = special.diagonal;
  colours[UNDEFINED] = special.undefined;
  return withColours(base, colours);
}

/** A theme with a colour a level, and a text colour on each that can be read. */
export function withColours(base: Base, colours: readonly string[]): Theme {
  const inkOn = (first: string) => (colour: string) =>
    firstLegible([first, base.text, base.background, "#000000", "#ffffff"], colour);
  return {
    ...base,
    colours,
    pixels: Uint32Array.from(colours, toPixel),
    linePixel: toPixel(base.line),
    inks: colours.map(inkOn(base.text)),
    quietInks: colours.map(inkOn(base.quietText)),
  };
}

/** Black or white, the last candidates, can be read on any colour. */
function firstLegible(candidates: readonly string[], colour: string): string {
  return candidates.find((ink) => contrast(ink, colour) >= 4.5) ?? "#000000";
}

function channels(colour: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
}

/** rgb(1, 2, 3) as #010203. */
export function toHex(colour: string): string {
  const parts = colour.match(/\d+/g) ?? ["0", "0", "0"];
  return `#${parts
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`;
}

/** #010203 as a canvas pixel, little-endian ABGR. */
export function toPixel(colour: string): number {
  const [red, green, blue] = channels(colour);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function luminance(colour: string): number {
  const known = luminances.get(colour);
  if (known !== undefined) return known;
  const made = makeLuminance(colour);
  luminances.set(colour, made);
  return made;
}

function makeLuminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
