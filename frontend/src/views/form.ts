import { css, html, nothing, type TemplateResult } from "lit";

/** How the controls of a tool row look. */
export const formStyles = css`
  .segments {
    display: flex;
    border: 1px solid var(--line);
    border-radius: 6px;
    overflow: hidden;
    flex: none;
  }
  .segments label {
    position: relative;
    padding: 2px 10px;
    color: var(--quiet-text);
    white-space: nowrap;
  }
  @media (max-width: 1100px) {
    .segments label {
      padding: 2px 7px;
    }
  }
  .segments label:has(:checked) {
    background: var(--pressed);
    color: var(--text);
  }
  .segments label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
    border-radius: 6px;
  }
  .segments input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .check,
  .choice {
    display: flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
  }
  .choice select {
    width: auto;
    height: 26px;
    padding: 0 4px;
  }
`;

/** A row of tools, with what they mean or make at its end. */
export const toolRowStyles = css`
  :host {
    display: flex;
    align-items: center;
    gap: 8px 16px;
    flex-wrap: wrap;
  }
  tbc-legend,
  tbc-copy-button,
  .legend {
    margin-left: auto;
  }
`;

/** The colours between two values. */
export const legendStyles = css`
  .legend {
    display: flex;
    align-items: center;
    gap: 8px;
    color: var(--quiet-text);
    white-space: nowrap;
  }
  .bar {
    width: 80px;
    height: 10px;
    border-radius: 2px;
    border: 1px solid var(--line);
  }
`;

/** Something that a control shows and sets: a signal is one. */
interface Target<T> {
  value: T;
}

/** A few choices side by side, of which one holds. */
export function segments<T extends string>(
  name: string,
  choices: readonly T[],
  labels: Readonly<Record<T, string>>,
  hints: Readonly<Record<T, string>>,
  target: Target<T>,
): TemplateResult {
  return html`<div class="segments" role="radiogroup" aria-label=${name}>
    ${choices.map(
      (choice) => html`<label title=${hints[choice]}>
        <input
          type="radio"
          name=${name}
          .checked=${target.value === choice}
          @change=${() => {
            target.value = choice;
          }}
        />${labels[choice]}</label
      >`,
    )}
  </div>`;
}

/** On or off. */
export function check(label: string, hint: string, target: Target<boolean>): TemplateResult {
  return html`<label class="check" title=${hint}>
    <input
      type="checkbox"
      .checked=${target.value}
      @change=${(event: Event) => {
        target.value = (event.target as HTMLInputElement).checked;
      }}
    />
    ${label}
  </label>`;
}

/** More choices than fit side by side. */
export function choose<T extends string>(
  label: string,
  hint: string,
  choices: readonly T[],
  labels: Readonly<Record<T, string>>,
  target: Target<T>,
): TemplateResult {
  return html`<label class="choice" title=${hint || nothing}>
    <span class="quiet">${label}</span>
    <select
      aria-label=${label}
      @change=${(event: Event) => {
        target.value = (event.target as HTMLSelectElement).value as T;
      }}
    >
      ${choices.map((one) => html`<option value=${one} .selected=${one === target.value}>${labels[one]}</option>`)}
    </select>
  </label>`;
}
