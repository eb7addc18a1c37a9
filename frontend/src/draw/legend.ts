import { levelAt, type Theme } from "./theme";

const NUM_STOPS = 12;

/** The colours of the range as a CSS gradient. */
export function legendStops(theme: Theme): string {
  const stops = Array.from({ length: NUM_STOPS }, (_, i) => theme.colours[levelAt(i / (NUM_STOPS - 1))]);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
