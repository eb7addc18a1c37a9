import { differenceLevel, divergingTheme } from "../../draw/matrix/diverging";
import type { LegendBar } from "../../draw/picture/picture";
import { levelAt, type Theme } from "../../draw/theme";
import { largestDifference } from "../../model/changes";
import { largestRate } from "../../model/timeline";
import type { AppState } from "../../state/app_state";
import { countText, percentText, pointsText } from "../../util/number_text";
import { themeOf } from "../current_theme";

const NUM_COLOURS = 40;

/** What the colours of the open view mean; null where it has none. */
export function legendOf(app: AppState): LegendBar | null {
  const theme = themeOf(app);
  const view = app.view.view.value;
  if (view === "matrix") {
    const { min, max } = app.colourRange.value;
    const toText = app.view.normalize.value === "counts" ? countText : percentText;
    return { low: toText(min), high: toText(max), colours: sequential(theme) };
  }
  if (view === "timeline") {
    const max = largestRate(app.timelines.shown.value ?? []);
    return { low: "0 %", high: percentText(max), colours: sequential(theme) };
  }
  const comparison = app.comparing.comparison.value;
  if (view !== "compare" || !comparison) return null;
  const max = largestDifference(comparison, app.view.isSignificantOnly.value && !comparison.isWeighted);
  return { low: pointsText(-max), high: pointsText(max), colours: diverging(theme) };
}

function sequential(theme: Theme): string[] {
  return places().map((place) => theme.colours[levelAt(place)] as string);
}

function diverging(theme: Theme): string[] {
  const { colours } = divergingTheme(theme);
  return places().map((place) => colours[differenceLevel(2 * place - 1, 1, false)] as string);
}

function places(): number[] {
  return Array.from({ length: NUM_COLOURS }, (_, i) => i / (NUM_COLOURS - 1));
}
