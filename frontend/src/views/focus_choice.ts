import { html, type TemplateResult } from "lit";
import { seriesId } from "../model/listing";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import { isLoaded } from "../state/app_state";
import { cardTitle } from "./facts";

/** Which of the cards is looked into, where only one can be. */
export function focusChoice(app: AppState, actions: Actions): TemplateResult {
  const cards = app.cards.value.filter(isLoaded);
  const focused = app.focusedCard.value;
  return html`<label class="choice">
    <span class="quiet">Run</span>
    <select
      aria-label="Run looked into"
      @change=${(event: Event) => {
        const card = cards[(event.target as HTMLSelectElement).selectedIndex];
        if (card) actions.focusOn(card.series);
      }}
    >
      ${cards.map((card) => html`<option .selected=${focused !== null && seriesId(card.series) === seriesId(focused.series)}>${cardTitle(card)}</option>`)}
    </select>
  </label>`;
}
