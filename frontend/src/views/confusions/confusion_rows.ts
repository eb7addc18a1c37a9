import { type ConfusionTable, confusionTable } from "../../model/confusion_table";
import { shareOf } from "../../model/sentence";
import type { AppState, LoadedCard } from "../../state/app_state";
import { namedBaselineOf, namedMatrixOf } from "../baseline_words";

/** The confusions of a card as the page's state has them. */
export function confusionsOf(app: AppState, card: LoadedCard): ConfusionTable {
  const { view } = app;
  const now = namedMatrixOf(card) ?? { matrix: card.raw, classNames: null };
  return confusionTable(card.arrangement, now, {
    share: shareOf(view.normalize.value),
    ranking: view.ranking.value,
    minOutOf: view.minOutOf.value,
    baseline: namedBaselineOf(app, card),
  });
}
