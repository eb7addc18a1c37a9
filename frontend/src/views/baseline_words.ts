import type { NamedMatrix } from "../model/baseline";
import type { AppState, Card, LookedAtDatum } from "../state/app_state";
import { countText } from "../util/number_text";

/** A card's matrix as it was logged, with its names. */
export function namedMatrixOf(card: Card): NamedMatrix | null {
  return card.raw && { matrix: card.raw, classNames: card.info?.classNames ?? null };
}

/** What a card's changes are told against, where it has come and isn't the card's own datum. */
export function namedBaselineOf(app: AppState, card: Card): NamedMatrix | null {
  const baseline = app.baselineOf(card.series);
  if (!baseline?.raw || isSame(baseline, card)) return null;
  return { matrix: baseline.raw, classNames: baseline.classNames };
}

/** What changes are told against, in words. */
export function baselineWords(app: AppState, card: Card): string {
  const baseline = app.baselineOf(card.series);
  if (!baseline) return "no baseline to tell changes against";
  if (isSame(baseline, card)) return "this is the baseline";
  const { run, tag, step } = baseline.key;
  const isOwn = run === card.series.run && tag === card.series.tag;
  const isOtherTag = tag !== card.series.tag;
  return `changes since step ${countText(step)}${isOwn ? "" : ` of ${run}${isOtherTag ? ` · ${tag}` : ""}`}`;
}

function isSame(baseline: LookedAtDatum, card: Card): boolean {
  const { shown } = card;
  return shown !== null && shown.run === baseline.key.run && shown.tag === baseline.key.tag && shown.step === baseline.key.step;
}
