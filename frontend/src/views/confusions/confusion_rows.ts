import { type ConfusionTable, confusionTable } from "../../model/confusion_table";
import { shareOf } from "../../model/sentence";
import type { AppState, LoadedCard } from "../../state/app_state";
import { namedBaselineOf, namedMatrixOf } from "../baseline_words";

/** The confusions of a card as the page's state has them. */
export function confusionsOf(app: AppState, card: LoadedCard): ConfusionTable {
  const { view } = app;
  const named = namedMatrixOf(card);
  if (!named) return { rows: [], numHidden: 0, numErrors: 0 };
  const share = shareOf(view.normalize.value);
  const baseline = namedBaselineOf(app, card);
  return confusionTable(card.arrangement, named, baseline, share, view.ranking.value, view.minOutOf.value);
}
