import { css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { runColour } from "../../draw/theme";
import { percentText } from "../../util/number_text";
import { shortened } from "../../util/shorten";
import { themeOf } from "../current_theme";
import { accuracyOf } from "../facts";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** What fits beside checkbox and accuracy. */
const MAX_SHOWN_LENGTH = 16;

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

  protected override isPatient = true;

  override render() {
    const { app } = this;
    const runs = app.filteredRuns.value;
    return html`
      <h2 id="heading">Runs</h2>
      <input
        type="search"
        aria-label="Filter runs"
        placeholder="Filter runs (regex)"
        .value=${app.view.runFilter.value}
        @input=${(event: InputEvent) => {
          app.view.runFilter.value = (event.target as HTMLInputElement).value;
        }}
      />
      <ul aria-labelledby="heading">
        ${repeat(
          runs,
          (run) => run,
          (run) => this.renderRun(run),
        )}
        ${runs.length === 0 && app.runs.value.length > 0 ? html`<li class="quiet">no run matches</li>` : null}
      </ul>
    `;
  }

  private renderRun(run: string) {
    const { app, actions } = this;
    const accuracy = accuracyOf(app, run);
    return html`
      <li>
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
