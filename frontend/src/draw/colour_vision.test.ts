import { describe, expect, it } from "vitest";
import { differenceLevel, divergingTheme } from "./matrix/diverging";
import { DARK, LIGHT, levelAt, type Theme } from "./theme";

/** Linear RGB as it is seen, by deficiency of full severity: Machado, Oliveira and Fernandes (2009), IEEE TVCG 15:1291-1298. */
const SEEN_BY: Readonly<Record<string, readonly (readonly number[])[]>> = {
  everybody: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopes: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopes: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopes: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const THEMES: readonly [string, Theme][] = [
  ["light", LIGHT],
  ["dark", DARK],
];
const CASES = Object.keys(SEEN_BY).flatMap((who) => THEMES.map(([name, theme]) => ({ who, name, theme })));
/** About ten times what is just noticed. */
const CLEARLY_OTHER = 20;

type Lab = readonly [number, number, number];

function linearRgb(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
}

/** A colour in CIELAB (D65) as somebody sees it. */
function labOf(colour: string, who: string): Lab {
  const rgb = linearRgb(colour);
  const dot = (row: readonly number[], values: readonly number[]) => row.reduce((sum, one, i) => sum + one * (values[i] ?? 0), 0);
  const seen = (SEEN_BY[who] ?? []).map((row) => Math.min(Math.max(dot(row, rgb), 0), 1));
  const [x, y, z] = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339, 0.119192, 0.9503041],
  ].map((row) => dot(row, seen)) as [number, number, number];
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function distance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

describe.each(CASES)("colours as $who see them, $name", ({ who, theme }) => {
  it("grow darker, or lighter in the dark, with every step of the range", () => {
    const lightness = Array.from({ length: 12 }, (_, i) => labOf(theme.colours[levelAt(i / 11)] as string, who)[0]);
    const sign = theme === LIGHT ? -1 : 1;
    for (let i = 1; i < lightness.length; i++)
      expect(sign * ((lightness[i] as number) - (lightness[i - 1] as number))).toBeGreaterThan(1);
    expect(Math.abs((lightness.at(-1) as number) - (lightness[0] as number))).toBeGreaterThan(60);
  });

  it("tell more from less, and both from no difference", () => {
    const { colours } = divergingTheme(theme);
    const at = (delta: number) => labOf(colours[differenceLevel(delta, 1, false)] as string, who);
    for (const delta of [0.4, 0.7, 1]) {
      expect(distance(at(delta), at(-delta))).toBeGreaterThan(CLEARLY_OTHER);
      expect(distance(at(delta), labOf(theme.background, who))).toBeGreaterThan(CLEARLY_OTHER);
      expect(distance(at(-delta), labOf(theme.background, who))).toBeGreaterThan(CLEARLY_OTHER);
    }
  });

  it("tell the four runs that are ticked at first from each other", () => {
    const runs = theme.runs.slice(0, 4).map((colour) => labOf(colour, who));
    for (const [i, one] of runs.entries())
      for (const other of runs.slice(i + 1)) expect(distance(one, other)).toBeGreaterThan(CLEARLY_OTHER);
  });
});
