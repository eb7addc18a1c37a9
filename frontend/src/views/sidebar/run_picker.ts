import { signal } from "@preact/signals-core";
import { css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { visibleRows } from "../../draw/row_window";
import { runColour } from "../../draw/theme";
import { countText, percentText } from "../../util/number_text";
import { shortened } from "../../util/shorten";
import { themeOf } from "../current_theme";
import { accuracyOf } from "../facts";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** What fits beside checkbox and accuracy. */
const MAX_SHOWN_LENGTH = 16;

/** More runs aren't all on the page at once, only those that are seen. */
const MAX_RENDERED = 100;
const ROW_HEIGHT_CSS = 26;
/** From so many on their number is told. */
const MIN_TOLD_RUNS = 10;

/** Which runs are shown: a filter, and a checkbox a run. */
export class RunPicker extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      ul {
        list-style: none;
        margin: 8px 0 0;
        padding: 0;
        overflow-y: auto;
        min-height: 30px;
      }
      li {
        flex: none;
        display: flex;
        align-items: center;
        gap: 8px;
        height: 26px;
        padding: 0 2px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        flex: 1;
        min-width: 0;
      }
      .swatch {
        width: 12px;
        height: 12px;
        border-radius: 3px;
        flex: none;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .accuracy {
        color: var(--quiet-text);
        flex: none;
      }
    `,
  ];

  protected override isPatient(): boolean {
    return true;
  }
  /** From where and how much of the list is seen; before somebody scrolls no more than a screen. */
  private readonly seenCss = signal<readonly [topCss: number, heightCss: number]>([0, 800]);

  override render() {
    const { app } = this;
    const runs = app.filteredRuns.value;
    return html`
      <h2 id="heading">Runs${app.runs.value.length < MIN_TOLD_RUNS ? null : html` <span class="accuracy">${this.numRunsText(runs.length)}</span>`}</h2>
      <input
        type="search"
        aria-label="Filter runs"
        placeholder="Filter runs (regex)"
        .value=${app.view.runFilter.value}
        @input=${(event: InputEvent) => {
          app.view.runFilter.value = (event.target as HTMLInputElement).value;
        }}
      />
      <ul aria-labelledby="heading" @scroll=${this.onScroll}>
        ${this.renderRuns(runs)} ${runs.length === 0 && app.runs.value.length > 0 ? html`<li class="quiet">no run matches</li>` : null}
      </ul>
    `;
  }

  private numRunsText(numFiltered: number): string {
    const numRuns = this.app.runs.value.length;
    return numFiltered === numRuns ? countText(numRuns) : `${countText(numFiltered)} of ${countText(numRuns)}`;
  }

  /** Of many runs those that are seen, with room for the others above and below. */
  private renderRuns(runs: readonly string[]) {
    const [topCss, heightCss] = this.seenCss.value;
    const seen = runs.length <= MAX_RENDERED ? [...runs.keys()] : visibleRows(runs.length, ROW_HEIGHT_CSS, topCss, heightCss);
    const above = seen[0] ?? 0;
    const below = runs.length - 1 - (seen.at(-1) ?? -1);
    return html`${spacer(above)}${repeat(
      seen,
      (i) => runs[i],
      (i) => this.renderRun(runs[i] as string, i, runs.length),
    )}${spacer(below)}`;
  }

  private onScroll(event: Event): void {
    const list = event.currentTarget as HTMLElement;
    this.seenCss.value = [list.scrollTop, list.clientHeight];
  }

  protected override updated(): void {
    // Asking where it is makes the browser lay the page out: only where it counts.
    const list = this.app.filteredRuns.peek().length > MAX_RENDERED ? this.renderRoot.querySelector("ul") : null;
    // A shorter list may have scrolled back by itself.
    if (list && list.scrollTop !== this.seenCss.peek()[0]) this.seenCss.value = [list.scrollTop, list.clientHeight];
  }

  private renderRun(run: string, place: number, numRuns: number) {
    const { app, actions } = this;
    const accuracy = accuracyOf(app, run);
    return html`
      <li aria-setsize=${numRuns} aria-posinset=${place + 1}>
        <label title=${`${run}\nDouble-click to show it alone`} @dblclick=${() => actions.tickOnly(run)}>
          <input
            type="checkbox"
            aria-label=${run}
            .checked=${app.tickedRuns.value.has(run)}
            @change=${(event: Event) => actions.tickRun(run, (event.target as HTMLInputElement).checked)}
          />
          <span class="swatch" style=${`background:${runColour(themeOf(app), app.colourIndexOf(run))}`}></span>
          <span class="name">${shortened(run, MAX_SHOWN_LENGTH)}</span>
        </label>
        <span class="accuracy">${accuracy === null ? "" : percentText(accuracy)}</span>
      </li>
    `;
  }
}

/** The room of some rows that aren't on the page. */
function spacer(numRows: number) {
  return numRows > 0 ? html`<li role="none" style=${`height:${numRows * ROW_HEIGHT_CSS}px`}></li>` : null;
}
