import { type ConfusionTable, confusionTableSteps } from "../../model/confusion_table";
import { shareOf } from "../../model/sentence";
import type { AppState, LoadedCard } from "../../state/app_state";
import { resultOf } from "../../util/slices";
import { namedBaselineOf, namedMatrixOf } from "../baseline_words";

/** The confusions of a card as the page's state has them. */
export function confusionsOf(app: AppState, card: LoadedCard): ConfusionTable {
  return resultOf(confusionSteps(app, card));
}

/** The same, a step at a time. */
export function confusionSteps(app: AppState, card: LoadedCard): Generator<void, ConfusionTable> {
  const { view } = app;
  const now = namedMatrixOf(card) ?? { matrix: card.raw, classNames: null };
  return confusionTableSteps(card.arrangement, now, {
    share: shareOf(view.normalize.value),
    ranking: view.ranking.value,
    minOutOf: view.minOutOf.value,
    baseline: namedBaselineOf(app, card),
  });
}
