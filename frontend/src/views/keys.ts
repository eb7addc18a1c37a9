import { ORDERS } from "../model/class_order";
import { SCALES } from "../model/colour_scale";
import { OVERALL_METRICS } from "../model/metrics";
import { NORMALIZATIONS } from "../model/normalize";
import { RANKINGS } from "../model/ranking";
import { CLASS_RATES } from "../model/timeline";
import { zoomAround } from "../model/viewport";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import type { ViewName } from "../state/view_state";

const ZOOM_FACTOR = 0.8;

/** What one or several keys do, and what the list of keys says of them. */
export interface KeyBinding {
  /** As a KeyboardEvent names them. */
  readonly keys: readonly string[];
  /** As the list shows them. */
  readonly shown: string;
  readonly meaning: string;
  /** `at` is the place of the key among `keys`. */
  readonly act: (app: AppState, actions: Actions, at: number) => void;
}

/** Every key that works wherever the focus is, but for text fields. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  binding([" "], "space", "play or pause", (_, actions) => actions.togglePlay()),
  binding(["[", "]"], "[ and ]", "previous and next step", (_, actions, at) => actions.goBy(at === 0 ? -1 : 1)),
  binding(["Home", "End"], "Home and End", "first and last step", (_, actions, at) => actions.goToEnd(at === 0 ? "first" : "last")),
  binding(["l"], "l", "follow the latest step", (app, actions) => actions.follow(!app.isFollowing.peek())),
  binding(["r"], "r", "all steps, where some are brushed", ({ view }) => {
    view.stepRange.value = null;
  }),
  binding(["m", "n", "c", "f", "d"], "m n c f d", "Matrix, Timeline, Classes, Confusions, Compare", ({ view }, _, at) => {
    view.view.value = VIEWS_BY_KEY[at] ?? "matrix";
  }),
  binding([",", "."], ", and .", "look into the previous and the next run", (_, actions, at) => actions.focusBy(at === 0 ? -1 : 1)),
  binding(["1", "2", "3", "4"], "1 2 3 4", "counts, or shares of true, predicted, all", ({ view }, _, at) => {
    view.normalize.value = NORMALIZATIONS[at] ?? "true";
  }),
  binding(["g"], "g", "linear or logarithmic colours", ({ view }) => {
    view.scale.value = after(SCALES, view.scale.peek());
  }),
  binding(["e"], "e", "errors only", ({ view }) => toggle(view.isErrorsOnly)),
  binding(["t"], "t", "transpose", ({ view }) => toggle(view.isTransposed)),
  binding(["s"], "s", "each cell over the steps", ({ view }) => toggle(view.isStrips)),
  binding(["k"], "k", "lock the colour range", (app, actions) => actions.lockColours(app.lock.peek() === null)),
  binding(["v"], "v", "next rate of the Timeline, next ranking of Confusions", ({ view }) => {
    if (view.view.peek() === "confusions") view.ranking.value = after(RANKINGS, view.ranking.peek());
    else view.classRate.value = after(CLASS_RATES, view.classRate.peek());
  }),
  binding(["w"], "w", "next metric above the Timeline", ({ view }) => {
    view.overall.value = after(OVERALL_METRICS, view.overall.peek());
  }),
  binding(["q"], "q", "mark forgotten classes; in Compare, significant only", ({ view }) =>
    toggle(view.view.peek() === "compare" ? view.isSignificantOnly : view.isForgottenMarked),
  ),
  binding(["x"], "x", "swap A and B (in Compare)", (app) => {
    if (app.view.view.peek() === "compare") app.comparing.swap();
  }),
  binding(["p"], "p", "pin what is looked at as the baseline, or let it go", (_, actions) => actions.pinPresent()),
  binding(["/"], "/", "find a class", (app) => {
    app.findRequests.value += 1;
  }),
  binding(["o", "O"], "o and O", "next and previous order of classes", (app, actions, at) => {
    const orders = ORDERS.filter((one) => one !== "group" || app.arranging.classGroups.peek() !== null);
    actions.orderBy(after(orders, app.view.order.peek(), at === 0 ? 1 : -1));
  }),
  binding(["h"], "h", "hold the order at this step, or let it follow the playhead", (app, actions) =>
    actions.holdReference(app.view.reference.peek() === null),
  ),
  binding(["u"], "u", "collapse or expand all groups", (app, actions) =>
    actions.collapseAll(app.arranging.collapsedGroups.peek().length > 0 ? [] : app.arranging.groups.peek()),
  ),
  binding(["j"], "j", "show all, the most confused, or only classes with errors", (app, actions) => {
    const kinds = app.arranging.shownChoices.peek();
    actions.showClasses(after(kinds, app.view.shown.peek()));
  }),
  binding(["a"], "a", "averages with or without the special class", (app) => {
    if (app.arranging.specialClass.peek() !== null) toggle(app.view.isSpecialLeftOut);
  }),
  binding(["E"], "E", "export what is seen", (app) => {
    app.isExportOpen.value = !app.isExportOpen.peek();
  }),
  binding(["y", "Y"], "y and Y", "copy the link; copy the table as TSV", ({ linkCopyRequests, tableCopyRequests }, _, at) => {
    (at === 0 ? linkCopyRequests : tableCopyRequests).value += 1;
  }),
  binding(["b", "i"], "b and i", "open or close the sidebar, the inspector", (_, actions, at) =>
    actions.togglePanel(at === 0 ? "sidebar" : "inspector"),
  ),
  binding(["Escape"], "Esc", "clear the selection", (_, actions) => actions.select(null)),
  binding(["+", "=", "-"], "+ and −", "zoom in and out", (app, actions, at) =>
    zoomAtMiddle(app, actions, at === 2 ? 1 / ZOOM_FACTOR : ZOOM_FACTOR),
  ),
  binding(["0"], "0", "see the whole matrix", (_, actions) => actions.zoomTo(null)),
  binding(["?"], "?", "this list", (app) => {
    app.isHelpOpen.value = true;
  }),
];

const VIEWS_BY_KEY: readonly ViewName[] = ["matrix", "timeline", "classes", "confusions", "compare"];

const BY_KEY = new Map(KEY_BINDINGS.flatMap((one) => one.keys.map((key, at) => [key, { act: one.act, at }] as const)));

/** What a key does, wherever on the page the focus is, but for text fields. */
export function handleKey(event: KeyboardEvent, app: AppState, actions: Actions): void {
  // The list of keys closes by itself on Escape, and gives the focus back.
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event) || app.isHelpOpen.peek()) return;
  const bound = BY_KEY.get(event.key);
  // Space presses the button, radio or checkbox that has the focus.
  if (!bound || (event.key === " " && isControl(event))) return;
  event.preventDefault();
  bound.act(app, actions, bound.at);
}

function binding(keys: readonly string[], shown: string, meaning: string, act: KeyBinding["act"]): KeyBinding {
  return { keys, shown, meaning, act };
}

function toggle(target: { value: boolean; peek(): boolean }): void {
  target.value = !target.peek();
}

/** The choice after another, and after the last the first. */
function after<T>(choices: readonly T[], one: T, by = 1): T {
  return choices[(choices.indexOf(one) + by + choices.length) % choices.length] as T;
}

function zoomAtMiddle(app: AppState, actions: Actions, factor: number): void {
  const { firstTrue, firstPred, span } = app.viewport.peek();
  actions.zoomTo(zoomAround(app.viewport.peek(), factor, firstTrue + span / 2, firstPred + span / 2, app.numClasses.peek()));
}

/** The element that really has the focus, within whatever shadow roots. */
function targetOf(event: Event): Element | null {
  const target = event.composedPath()[0];
  return target instanceof Element ? target : null;
}

function isTyping(event: Event): boolean {
  return targetOf(event)?.matches("input[type=search], input[type=text], input[type=number], select, textarea") ?? false;
}

function isControl(event: Event): boolean {
  return targetOf(event)?.matches("button, summary, input:not([type=range])") ?? false;
}
