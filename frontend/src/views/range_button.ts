import { html, type TemplateResult } from "lit";
import type { AppState } from "../state/app_state";
import { countText } from "../util/number_text";

/** Which steps are looked at, and back to all of them; null where all are. */
export function rangeButton(app: AppState): TemplateResult | null {
  const range = app.view.stepRange.value;
  return (
    range &&
    html`<button
      title="See all steps (r)"
      @click=${() => {
        app.view.stepRange.value = null;
      }}
    >
      steps ${countText(range[0])}–${countText(range[1])} ✕
    </button>`
  );
}
