import { css, html, type TemplateResult } from "lit";
import { ORDERS, type OrderKind } from "../../model/class_order";
import type { ShownKind } from "../../model/shown_classes";
import { countText } from "../../util/number_text";
import { shortened } from "../../util/shorten";
import { check, formStyles } from "../form";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

const ORDER_LABELS: Record<OrderKind, string> = {
  index: "by index",
  name: "by name",
  group: "by group",
  support: "by support",
  recall: "worst recall first",
  precision: "worst precision first",
  f1: "worst F1 first",
  errors: "most errors first",
  similarity: "by similarity",
};
const SHOWN_LABELS: Record<ShownKind, string> = {
  all: "all classes",
  chosen: "those chosen",
  confused: "the most confused",
  errors: "those with errors",
};
/** What fits beside the button that takes a class away. */
const MAX_SHOWN_LENGTH = 22;

/** The order of the classes in all views, and which of them are shown. */
export class ClassPicker extends SignalElement {
  static override styles = [
    controls,
    formStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 6px;
        min-height: 0;
      }
      h2 {
        margin-bottom: 2px;
      }
      .line {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .line select {
        min-width: 0;
        flex: 1;
      }
      input[type="number"] {
        width: 64px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        max-height: 110px;
        overflow-y: auto;
      }
      li {
        display: flex;
        justify-content: space-between;
        align-items: center;
      }
      li span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      li button {
        padding: 0 6px;
      }
      .check {
        white-space: normal;
        align-items: start;
        font-size: 12px;
        line-height: 17px;
      }
      .reference {
        font-size: 12px;
        line-height: 17px;
        overflow-wrap: anywhere;
      }
      .reference button,
      .groups button {
        padding: 0;
        text-decoration: underline;
      }
      .groups button + button {
        margin-left: 10px;
      }
    `,
  ];

  protected override isPatient(): boolean {
    return true;
  }

  override render() {
    const { app, actions } = this;
    const orders = ORDERS.filter((one) => one !== "group" || app.arranging.classGroups.value !== null);
    return html`
      <h2>Classes</h2>
      <div class="line">
        ${this.renderSelect("Order of classes", orders, ORDER_LABELS, app.view.order.value, (order) => actions.orderBy(order))}
      </div>
      <div class="line">
        ${this.renderSelect("Classes shown", app.arranging.shownChoices.value, SHOWN_LABELS, app.view.shown.value, (shown) => actions.showClasses(shown))}
        ${app.view.shown.value === "confused" ? this.renderNumConfused() : null}
      </div>
      ${this.renderSpecial()} ${this.renderReference()} ${app.view.shown.value === "chosen" ? this.renderChosen() : null} ${this.renderGroups()}
    `;
  }

  private renderSelect<T extends string>(
    name: string,
    choices: readonly T[],
    labels: Record<T, string>,
    chosen: T,
    choose: (choice: T) => void,
  ): TemplateResult {
    return html`<select aria-label=${name} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
      ${choices.map((one) => html`<option value=${one} .selected=${one === chosen}>${labels[one]}</option>`)}
    </select>`;
  }

  private renderNumConfused(): TemplateResult {
    const { view } = this.app;
    return html`<input
      type="number"
      min="1"
      aria-label="How many of the most confused"
      .value=${String(view.numConfused.value)}
      @change=${(event: Event) => {
        const { valueAsNumber } = event.target as HTMLInputElement;
        if (valueAsNumber >= 1) view.numConfused.value = Math.floor(valueAsNumber);
      }}
    />`;
  }

  private renderSpecial(): TemplateResult | null {
    const { app } = this;
    const special = app.arranging.specialClass.value;
    if (special === null) return null;
    const name = app.classSet.value.classNames[special] ?? String(special);
    const hint = `Macro and weighted averages and balanced accuracy run over the other classes; accuracy, kappa and MCC are of all samples (a)`;
    return check(`averages without “${shortened(name, MAX_SHOWN_LENGTH)}”`, hint, app.view.isSpecialLeftOut);
  }

  /** What an order of a matrix is the order of. */
  private renderReference(): TemplateResult | null {
    const { app, actions } = this;
    const key = app.referenceKey.value;
    if (!app.arranging.needsReference.value || key === null) return null;
    const isHeld = app.view.reference.value !== null;
    return html`<div class="reference quiet">
      of ${key.run}, ${isHeld ? `step ${countText(key.step)}` : "at the playhead"} ·
      <button title="Hold, or follow the playhead (h)" @click=${() => actions.holdReference(!isHeld)}>${isHeld ? "follow the playhead" : "hold"}</button>
    </div>`;
  }

  private renderChosen(): TemplateResult {
    const { app, actions } = this;
    const names = app.classSet.value.classNames;
    return html`<ul aria-label="Chosen classes">
      ${app.view.chosen.value.map(
        (one) => html`<li>
          <span title=${names[one] ?? ""}>${shortened(names[one] ?? String(one), MAX_SHOWN_LENGTH)}</span>
          <button aria-label=${`Take ${names[one] ?? one} away`} @click=${() => actions.chooseClass(one, false)}>✕</button>
        </li>`,
      )}
    </ul>`;
  }

  private renderGroups(): TemplateResult | null {
    const { app, actions } = this;
    const [groups, collapsed] = [app.arranging.openGroups.value, app.arranging.collapsedGroups.value];
    if (groups.length === 0 && collapsed.length === 0) return null;
    return html`<div class="groups quiet">
      ${groups.length > 0 ? html`<button @click=${() => actions.collapseAll(app.arranging.groups.value)}>collapse ${groups.length === 1 ? "the group" : `${countText(groups.length)} groups`}</button>` : null}
      ${collapsed.length > 0 ? html`<button @click=${() => actions.collapseAll([])}>expand all</button>` : null}
    </div>`;
  }
}
