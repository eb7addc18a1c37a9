import type { ReadonlySignal } from "@preact/signals-core";
import { type OverallLines, overallLinesSteps, type Timeline, timelineSteps } from "../model/timeline";
import type { AppState, Card } from "./app_state";
import { inSlices } from "./in_slices";

/** A card over its steps. */
export interface CardTimeline {
  readonly card: Card;
  readonly timeline: Timeline;
}

/** The cards over their steps, as far as these have come. */
export class Timelines {
  constructor(private readonly app: AppState) {}

  /** Null until the first is made. */
  readonly shown: ReadonlySignal<readonly CardTimeline[] | null> = inSlices(() => {
    const { app } = this;
    const { classRate, stepRange } = app.view;
    const cards = app.cards.value.flatMap((card) => {
      const history = app.historyOf(card.series);
      const leftOut = app.leftOutOf(card.series);
      return history ? [{ card, steps: timelineSteps(history, card.arrangement, classRate.value, stepRange.value, leftOut) }] : [];
    });
    return cardTimelineSteps(cards);
  });

  /** The metric above the classes. */
  readonly overall: ReadonlySignal<OverallLines | null> = inSlices(() => {
    const timelines = this.shown.value?.map(({ timeline }) => timeline);
    return timelines ? overallLinesSteps(timelines, this.app.view.overall.value) : null;
  });
}

function* cardTimelineSteps(
  cards: readonly { readonly card: Card; readonly steps: Generator<void, Timeline> }[],
): Generator<void, readonly CardTimeline[]> {
  const shown: CardTimeline[] = [];
  for (const { card, steps } of cards) shown.push({ card, timeline: yield* steps });
  return shown;
}
