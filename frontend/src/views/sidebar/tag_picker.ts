import { css, html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** Which tag is shown, and which others beside it. */
export class TagPicker extends SignalElement {
  static override styles = [
    controls,
    css`
      label.beside {
        display: flex;
        align-items: center;
        gap: 8px;
        height: 26px;
        padding: 0 2px;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      p {
        margin: 8px 0 2px;
      }
    `,
  ];

  protected override isPatient(): boolean {
    return true;
  }

  override render() {
    const { app, actions } = this;
    const tags = app.tags.value;
    const [picked, ...beside] = app.shownTags.value;
    const others = tags.filter((tag) => tag !== picked);
    return html`
      <h2 id="heading">Tag</h2>
      <select aria-label="Tag" @change=${(event: Event) => actions.pickTag((event.target as HTMLSelectElement).value)}>
        ${tags.map((tag) => html`<option value=${tag} ?selected=${tag === picked} .selected=${tag === picked}>${tag}</option>`)}
      </select>
      ${
        others.length === 0
          ? null
          : html`<p class="quiet">Beside it</p>
            ${others.map(
              (tag) => html`<label class="beside" title=${tag}>
                <input
                  type="checkbox"
                  aria-label=${`Beside it ${tag}`}
                  .checked=${beside.includes(tag)}
                  @change=${(event: Event) => actions.showTagBeside(tag, (event.target as HTMLInputElement).checked)}
                />
                <span class="name">${tag}</span>
              </label>`,
            )}`
      }
    `;
  }
}
