// What a person does on the page, by name; `i` is the turn.
(() => {
  const all = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    for (const one of root.querySelectorAll("*")) if (one.shadowRoot) found.push(...all(one.shadowRoot, selector));
    return found;
  };
  const press = (key) => window.dispatchEvent(new KeyboardEvent("keydown", { key }));
  const grid = () => all(document, "[role=grid]")[0];
  const at = (share, sideways = share) => {
    const { left, top, width, height } = grid().getBoundingClientRect();
    const [across, down] = [sideways, share].map((one) => 0.35 + 0.3 * one);
    return { clientX: left + width * across, clientY: top + height * down, bubbles: true, composed: true };
  };
  const pointer = (type, place) => grid().dispatchEvent(new PointerEvent(type, { ...place, pointerId: 1, button: 0 }));
  const step = (i) => press(i % 2 ? "]" : "[");
  // A pan by a few pixels back and forth, the button held down.
  const pan = (i) => {
    if (i === 0) pointer("pointerdown", at(0.5));
    pointer("pointermove", at(0.5 + 0.04 * (1 + (i % 4)), 0.5 - 0.03 * (1 + (i % 3))));
  };

  window.actions = {
    step,
    hover: (i) => grid().dispatchEvent(new PointerEvent("pointermove", at((i % 10) / 10))),
    select: (i) => grid().dispatchEvent(new MouseEvent("click", at((i % 10) / 10))),
    zoom: (i) => grid().dispatchEvent(new WheelEvent("wheel", { ...at(0.5), deltaY: i % 2 ? 100 : -100, cancelable: true })),
    "zoom in": () => grid().dispatchEvent(new WheelEvent("wheel", { ...at(0.5), deltaY: -100, cancelable: true })),
    "zoom out": () => grid().dispatchEvent(new WheelEvent("wheel", { ...at(0.5), deltaY: 100, cancelable: true })),
    pan,
    "end of pan": () => pointer("pointerup", at(0.5)),
    normalize: (i) => press(String(1 + (i % 4))),
    "log colours": () => press("g"),
    "errors only": () => press("e"),
    transpose: () => press("t"),
    "order of classes": () => press("o"),
    "most confused classes": () => press("j"),
    "cells over the steps": () => press("s"),
    "untick a run": () => all(document, "tbc-run-picker, input[type=checkbox]").find((one) => one.matches("input")).click(),
    "filter runs": (i) => {
      const input = all(document, "input[type=search]").find((one) => one.getAttribute("aria-label") === "Filter runs");
      input.value = i % 2 ? "" : "0";
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
    "open Timeline": (i) => press(i % 2 ? "m" : "n"),
    "open Classes": (i) => press(i % 2 ? "m" : "c"),
    "open Confusions": (i) => press(i % 2 ? "m" : "f"),
    "open Compare": (i) => press(i % 2 ? "m" : "d"),
    "sort classes": () => all(document, "[role=columnheader] button")[1].click(),
    "rank confusions": () => press("v"),
    "step in Timeline": step,
    "step in Classes": step,
    "step in Confusions": step,
    "step in Compare": step,
  };
})();
