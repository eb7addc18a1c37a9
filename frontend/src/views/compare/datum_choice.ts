import { html, type TemplateResult } from "lit";
import { type DatumKey, type DatumRef, type Series, seriesId } from "../../model/listing";
import type { AppState } from "../../state/app_state";
import { countText } from "../../util/number_text";

/** Chooses a run, tag and step; without a step it is that at the playhead. */
export function datumChoice(
  app: AppState,
  name: string,
  key: DatumKey | null,
  ref: DatumRef | null,
  choose: (ref: DatumRef) => void,
): TemplateResult {
  const listing = app.listing.value;
  const series = key && listing.find((one) => seriesId(one) === seriesId(key));
  const hasTags = app.tags.value.length > 1;
  const title = (one: Series) => (hasTags ? `${one.run} · ${one.tag}` : one.run);
  const isAtPlayhead = ref ? ref.step === null : key?.step === app.playhead.value;
  const stepOf = (select: HTMLSelectElement) => (select.value === "" ? null : Number(select.value));
  return html`<span class="choice">
    <strong>${name}</strong>
    <select
      aria-label=${`Run of ${name}`}
      @change=${(event: Event) => {
        const one = listing[(event.target as HTMLSelectElement).selectedIndex];
        if (one) choose({ run: one.run, tag: one.tag, step: isAtPlayhead ? null : (key?.step ?? null) });
      }}
    >
      ${listing.map((one) => html`<option .selected=${one === series}>${title(one)}</option>`)}
    </select>
    <select
      aria-label=${`Step of ${name}`}
      @change=${(event: Event) => {
        if (key) choose({ run: key.run, tag: key.tag, step: stepOf(event.target as HTMLSelectElement) });
      }}
    >
      <option value="" .selected=${isAtPlayhead}>playhead</option>
      ${(series?.steps ?? []).map((step) => html`<option value=${step} .selected=${!isAtPlayhead && step === key?.step}>step ${countText(step)}</option>`)}
    </select>
  </span>`;
}
