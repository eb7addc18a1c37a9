import { SCALES } from "../model/colour_scale";
import { NORMALIZATIONS } from "../model/normalize";
import { zoomAround } from "../model/viewport";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import type { ViewName } from "../state/view_state";

const ZOOM_FACTOR = 0.8;

/** What a key does, wherever on the page the focus is, but for text fields. */
export function handleKey(event: KeyboardEvent, app: AppState, actions: Actions): void {
  // The list of keys closes by itself on Escape, and gives the focus back.
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event) || app.isHelpOpen.peek()) return;
  const act = keysOf(app, actions)[event.key];
  // Space presses the button, radio or checkbox that has the focus.
  if (!act || (event.key === " " && isControl(event))) return;
  event.preventDefault();
  act();
}

function keysOf(app: AppState, actions: Actions): Record<string, () => void> {
  const { view } = app;
  const normalize = (index: number) => () => {
    view.normalize.value = NORMALIZATIONS[index] ?? "true";
  };
  const show = (name: ViewName) => {
    view.view.value = name;
  };
  return {
    " ": () => actions.togglePlay(),
    "[": () => actions.goBy(-1),
    "]": () => actions.goBy(1),
    Home: () => actions.goToEnd("first"),
    End: () => actions.goToEnd("last"),
    l: () => actions.follow(!app.isFollowing.peek()),
    "1": normalize(0),
    "2": normalize(1),
    "3": normalize(2),
    "4": normalize(3),
    g: () => {
      view.scale.value = view.scale.peek() === SCALES[0] ? SCALES[1] : SCALES[0];
    },
    e: () => {
      view.isErrorsOnly.value = !view.isErrorsOnly.peek();
    },
    t: () => {
      view.isTransposed.value = !view.isTransposed.peek();
    },
    m: () => show("matrix"),
    n: () => show("timeline"),
    c: () => show("classes"),
    f: () => show("confusions"),
    d: () => show("compare"),
    x: () => {
      if (view.view.peek() === "compare") app.comparing.swap();
    },
    s: () => {
      view.isStrips.value = !view.isStrips.peek();
    },
    p: () => actions.pinPresent(),
    "/": () => {
      app.findRequests.value += 1;
    },
    b: () => actions.togglePanel("sidebar"),
    i: () => actions.togglePanel("inspector"),
    Escape: () => actions.select(null),
    "+": () => zoomAtMiddle(app, actions, ZOOM_FACTOR),
    "=": () => zoomAtMiddle(app, actions, ZOOM_FACTOR),
    "-": () => zoomAtMiddle(app, actions, 1 / ZOOM_FACTOR),
    "0": () => actions.zoomTo(null),
    "?": () => {
      app.isHelpOpen.value = true;
    },
  };
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
  return targetOf(event)?.matches("button, input:not([type=range])") ?? false;
}
