import type { AppState } from "../../state/app_state";
import type { ViewName } from "../../state/view_state";
import { countText } from "../../util/number_text";
import { baselineWords } from "../baseline_words";
import { OVERALL_LABELS } from "../overall_words";
import { RATE_LABELS } from "../timeline/timeline_words";

const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  matrix: "Confusion matrix",
  timeline: "Classes over the steps",
  classes: "Classes",
  confusions: "Confusions",
  compare: "Differences of confusion matrices",
};
const NORMALIZE_WORDS = {
  counts: "counts",
  true: "share of each true class",
  pred: "share of each predicted class",
  all: "share of all samples",
};

/** What a picture is of, and how its figures are made: two lines that stay with it. */
export function captionOf(app: AppState): string[] {
  return [`${VIEW_TITLES[app.view.view.peek()]} · ${sourceOf(app)}`, NOTES[app.view.view.peek()](app)];
}

function sourceOf(app: AppState): string {
  const { a, b } = app.comparing;
  const [from, to] = [a.value?.key, b.value?.key];
  if (app.view.view.peek() === "compare" && from && to)
    return `A ${from.run} · ${from.tag}, step ${countText(from.step)}; B ${to.run} · ${to.tag}, step ${countText(to.step)}`;
  const isOne = app.view.view.peek() === "classes" || app.view.view.peek() === "confusions";
  const focused = app.focusedCard.value;
  const cards = isOne && focused ? [focused] : app.cards.value;
  const runs = [...new Set(cards.map((card) => card.series.run))].join(", ");
  const tags = [...new Set(cards.map((card) => card.series.tag))].join(", ");
  return `run ${runs} · tag ${tags} · step ${countText(app.playhead.value ?? 0)}`;
}

const NOTES: Readonly<Record<ViewName, (app: AppState) => string>> = {
  matrix: ({ view, strips }) => {
    const parts = [NORMALIZE_WORDS[view.normalize.value], `${view.scale.value} colours`];
    if (view.isErrorsOnly.value) parts.push("errors only");
    if (strips.value) parts.push("cells over the steps");
    return parts.join(", ");
  },
  timeline: ({ view }) => `${RATE_LABELS[view.classRate.value]} of each class; above ${OVERALL_LABELS[view.overall.value]}`,
  classes: (app) => changesSince(app, "rates with 95 % Wilson intervals"),
  confusions: (app) => changesSince(app, `${NORMALIZE_WORDS[shareOfView(app)]}, with 95 % Wilson intervals`),
  compare: (app) => {
    const faded = app.view.isSignificantOnly.value ? "; faint: not significant at 5 % false discovery rate" : "";
    return `B minus A, ${NORMALIZE_WORDS[shareOfView(app)]}, then subtracted${faded}`;
  },
};

function shareOfView(app: AppState) {
  const normalize = app.view.normalize.value;
  return normalize === "counts" ? "true" : normalize;
}

function changesSince(app: AppState, what: string): string {
  const card = app.focusedCard.value;
  return card ? `${what}; ${baselineWords(app, card)}` : what;
}
