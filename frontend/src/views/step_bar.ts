import { css, html, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import { stepMarks } from "../draw/step_marks";
import { countText } from "../util/number_text";
import { SignalElement } from "./signal_element";
import { controls } from "./styles";

const ICONS = {
  first: "M3 2h2v12H3zM14 2v12L6 8z",
  previous: "M12 2v12L4 8z",
  play: "M4 2l9 6-9 6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
  next: "M4 2v12l8-6z",
  last: "M11 2h2v12h-2zM2 2v12l8-6z",
};

/** The playhead: one for all cards. */
export class StepBar extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 0 18px;
      }
      .buttons {
        display: flex;
      }
      button {
        display: grid;
        place-items: center;
        width: 26px;
        height: 28px;
        padding: 0;
      }
      button:disabled {
        opacity: 0.4;
        pointer-events: none;
      }
      svg.icon {
        width: 16px;
        height: 16px;
        fill: currentColor;
      }
      .track {
        position: relative;
        flex: 1;
        min-width: 80px;
        height: 28px;
      }
      .track svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .rail {
        stroke: var(--line);
        stroke-width: 1;
      }
      .mark {
        fill: var(--control-line);
      }
      input[type="range"] {
        appearance: none;
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        background: none;
        cursor: pointer;
      }
      input[type="range"]::-webkit-slider-thumb {
        appearance: none;
        width: 14px;
        height: 14px;
        border-radius: 50%;
        border: 0;
        background: var(--accent);
      }
      input[type="range"]::-moz-range-thumb {
        width: 14px;
        height: 14px;
        border-radius: 50%;
        border: 0;
        background: var(--accent);
      }
      .step {
        min-width: 116px;
        text-align: right;
        white-space: nowrap;
      }
      label {
        display: flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    const { app, actions } = this;
    const steps = app.steps.value;
    const playhead = app.playhead.value;
    const first = steps[0];
    const last = steps.at(-1);
    if (first === undefined || last === undefined || playhead === null) return null;
    const isPlaying = app.isPlaying.value;
    return html`
      <div class="buttons">
        ${this.renderButton("first", "First step (Home)", () => actions.goToEnd("first"), playhead === first)}
        ${this.renderButton("previous", "Previous step ([)", () => actions.goBy(-1), playhead === first)}
        ${this.renderButton(isPlaying ? "pause" : "play", isPlaying ? "Pause (space)" : "Play (space)", () => actions.togglePlay(), first === last)}
        ${this.renderButton("next", "Next step (])", () => actions.goBy(1), playhead === last)}
        ${this.renderButton("last", "Last step (End)", () => actions.goToEnd("last"), playhead === last)}
      </div>
      <div class="track">
        <svg aria-hidden="true">
          <line class="rail" x1="7" x2="100%" y1="14" y2="14"></line>
          ${guard([steps], () => stepMarks(steps).map((place) => svg`<circle class="mark" cx=${place} cy="14" r="2.5"></circle>`))}
        </svg>
        <input
          type="range"
          aria-label="Step"
          min=${first}
          max=${last}
          step="1"
          .value=${String(playhead)}
          aria-valuenow=${playhead}
          aria-valuetext=${`step ${countText(playhead)} of ${countText(first)} to ${countText(last)}`}
          @input=${(event: InputEvent) => this.onInput(event.target as HTMLInputElement)}
          @keydown=${(event: KeyboardEvent) => this.onKey(event)}
        />
      </div>
      <span class="step">step ${countText(playhead)} of ${countText(first)}–${countText(last)}</span>
      <label title="Show each new step when it comes">
        <input
          type="checkbox"
          .checked=${app.isFollowing.value}
          @change=${(event: Event) => actions.follow((event.target as HTMLInputElement).checked)}
        />
        follow latest
      </label>
    `;
  }

  private renderButton(icon: keyof typeof ICONS, name: string, act: () => void, isDisabled: boolean) {
    return html`<button aria-label=${name} title=${name} ?disabled=${isDisabled} @click=${act}>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${ICONS[icon]}></path></svg>
    </button>`;
  }

  /** A slider has every number from first to last; the playhead only the steps that there are. */
  private onInput(input: HTMLInputElement): void {
    this.actions.goTo(input.valueAsNumber);
    this.actions.goBy(0);
    input.value = String(this.app.playhead.peek());
  }

  private onKey(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.actions.goBy(by);
  }
}
