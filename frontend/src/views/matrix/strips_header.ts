import { html, type TemplateResult } from "lit";
import type { HeaderTexts } from "../../draw/picture/picture";
import { runColour } from "../../draw/theme";
import { seriesId } from "../../model/listing";
import type { AppState, Card } from "../../state/app_state";
import { countText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { cardTitle } from "../facts";

/** What the cells' histories are: their steps, and the runs from top to bottom. */
export function stripsHeader(app: AppState, areDrawn: boolean): TemplateResult {
  const { steps, bands } = app.strips.value ?? { steps: [], bands: [] };
  const why =
    steps.length === 0 ? "Loading the steps…" : "The cells are too small: zoom in, show fewer classes or collapse groups.";
  return html`<div class="title"><span>${areDrawn ? titleOf(steps) : "Each cell over the steps"}</span></div>
    <div class="quiet notes">${areDrawn ? html`left to right; runs from the top:${bands.map((band) => renderRun(app, band.seriesId))}` : why}</div>`;
}

/** The same in two lines of text. */
export function stripsHeaderTexts(app: AppState): HeaderTexts {
  const { steps, bands } = app.strips.value ?? { steps: [], bands: [] };
  const runs = bands.map(({ seriesId: id }) => cardOf(app, id)).flatMap((card) => (card ? cardTitle(card) : []));
  return { title: titleOf(steps), below: [`left to right; runs from the top: ${runs.join(", ")}`] };
}

function titleOf(steps: readonly number[]): string {
  return `Each cell over steps ${countText(steps[0] ?? 0)}–${countText(steps.at(-1) ?? 0)}`;
}

/** The colour of the run that a series is of. */
export function colourOfSeries(app: AppState, id: string): string {
  const card = cardOf(app, id);
  return runColour(themeOf(app), card?.colourIndex ?? 0);
}

function renderRun(app: AppState, id: string): TemplateResult | null {
  const card = cardOf(app, id);
  return card ? html`<span class="swatch" style=${`background:${colourOfSeries(app, id)}`}></span>${cardTitle(card)}` : null;
}

function cardOf(app: AppState, id: string): Card | undefined {
  return app.cards.value.find((one) => seriesId(one.series) === id);
}
