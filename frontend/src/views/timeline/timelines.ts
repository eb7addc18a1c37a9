import { type Timeline, timelineOf } from "../../model/timeline";
import type { AppState, Card } from "../../state/app_state";

/** The cards whose steps have come, at least in part, as the page's state wants them. */
export function timelinesOf(app: AppState): { card: Card; timeline: Timeline }[] {
  const { classRate, stepRange } = app.view;
  return app.cards.value.flatMap((card) => {
    const history = app.historyOf(card.series);
    return history
      ? [{ card, timeline: timelineOf(history, card.arrangement, classRate.value, stepRange.value, app.leftOutOf(card.series)) }]
      : [];
  });
}
