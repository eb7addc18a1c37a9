import { interpolateRgbBasis } from "d3-interpolate";
import { memoise } from "../../util/memoise";
import { EMPTY, type Theme, toHex, withColours } from "../theme";

const NUM_MAGNITUDES = 126;
/** What isn't significant keeps this share of its colour. */
const FADED = 0.22;

// Brown is less, purple is more; both leave the background, and neither is the accent's orange.
const LESS = { light: ["#d9b48a", "#a86a2c", "#6b3c0b"], dark: ["#6b5238", "#b37a3c", "#f0bd84"] };
const MORE = { light: ["#b9aede", "#7b62bd", "#43217e"], dark: ["#544a75", "#8a73cf", "#cdbdfb"] };

/** The theme for differences: a level is a magnitude and a sign, so that the larger of two that share a pixel is seen. */
export const divergingTheme = memoise((theme: Theme): Theme => {
  const kind = theme.background === "#ffffff" ? "light" : "dark";
  const ramps = [LESS, MORE].map((ends) => interpolateRgbBasis([theme.background, ...ends[kind]]));
  const colours = Array.from({ length: 256 }, (_, level) => {
    const [magnitude, sign] = [Math.floor((level - 1) / 2), (level - 1) % 2];
    return level === EMPTY
      ? theme.background
      : toHex((ramps[sign] as (t: number) => string)(Math.min(1, magnitude / (NUM_MAGNITUDES - 1))));
  });
  return withColours(theme, colours);
});

/** The level of a difference in a range that is symmetric around 0; `isFaded` for one that may be chance. */
export function differenceLevel(delta: number, max: number, isFaded: boolean): number {
  const share = max > 0 ? Math.min(1, Math.abs(delta) / max) : 0;
  const magnitude = Math.round(share * (isFaded ? FADED : 1) * (NUM_MAGNITUDES - 1));
  return 1 + 2 * magnitude + (delta > 0 ? 1 : 0);
}

/** The colours from -max to +max as a CSS gradient. */
export function divergingStops(theme: Theme): string {
  const { colours } = divergingTheme(theme);
  const stops = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1].map((delta) => colours[differenceLevel(delta, 1, false)]);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
