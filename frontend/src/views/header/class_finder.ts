import { signal } from "@preact/signals-core";
import { css, html, nothing, type TemplateResult } from "lit";
import type { ClassGroup } from "../../model/arrangement";
import { findClasses, findGroups } from "../../model/shown_classes";
import { countText } from "../../util/number_text";
import { shortened } from "../../util/shorten";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

const MAX_FOUND = 50;
const MAX_FOUND_GROUPS = 10;
const MAX_SHOWN_LENGTH = 34;

/** Finds classes, and groups where there are some, by a part of their name: Enter goes to one, Shift+Enter chooses a class. */
export class ClassFinder extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        width: 150px;
      }
      .popup {
        position: absolute;
        z-index: 2;
        top: 34px;
        right: 0;
        width: 280px;
        background: var(--background);
        border: 1px solid var(--line);
        border-radius: 6px;
        box-shadow: 0 4px 12px rgb(0 0 0 / 20%);
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 4px 0;
        max-height: 312px;
        overflow-y: auto;
      }
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        padding: 3px 10px;
        cursor: pointer;
      }
      li[aria-selected="true"] {
        background: var(--pressed);
      }
      .foot {
        display: flex;
        justify-content: space-between;
        align-items: center;
        border-top: 1px solid var(--line);
        padding: 4px 10px;
      }
      .foot button {
        padding: 2px 0;
      }
      .state {
        color: var(--quiet-text);
        white-space: nowrap;
      }
    `,
  ];

  private readonly text = signal("");
  private readonly isOpen = signal(false);
  /** Which of those found, classes before groups, the keys are at. */
  private readonly active = signal(0);

  private answeredRequests = 0;

  /** Takes the focus when somebody wants to find a class. */
  protected override updated(): void {
    if (this.app.findRequests.peek() === this.answeredRequests) return;
    this.answeredRequests = this.app.findRequests.peek();
    this.renderRoot.querySelector("input")?.focus();
  }

  override render() {
    void this.app.findRequests.value; // renders again when there is one
    const isOpen = this.isOpen.value && this.text.value.trim() !== "";
    return html`
      <input
        type="search"
        role="combobox"
        aria-label="Find a class"
        aria-expanded=${isOpen}
        aria-controls=${isOpen ? "found" : nothing}
        aria-autocomplete="list"
        aria-activedescendant=${isOpen && this.found().length + this.foundGroups().length > 0 ? `found-${this.active.value}` : nothing}
        placeholder="Find a class (/)"
        .value=${this.text.value}
        @input=${(event: InputEvent) => this.search((event.target as HTMLInputElement).value)}
        @focus=${() => {
          this.isOpen.value = true;
        }}
        @blur=${() => {
          this.isOpen.value = false;
        }}
        @keydown=${this.onKey}
      />
      ${isOpen ? this.renderPopup() : null}
    `;
  }

  private found(): number[] {
    return findClasses(this.text.value, this.app.classSet.value.classNames, MAX_FOUND);
  }

  /** Of those that are bracketed now. */
  private foundGroups(): ClassGroup[] {
    return findGroups(this.text.value, this.app.arranging.groups.value, MAX_FOUND_GROUPS);
  }

  private renderPopup(): TemplateResult {
    const found = this.found();
    const groups = this.foundGroups();
    // Pressing the mouse in it must not take the focus away, which would close it.
    return html`<div class="popup" @mousedown=${(event: Event) => event.preventDefault()}>
      ${
        found.length + groups.length === 0
          ? html`<div class="foot quiet">no class matches</div>`
          : html`<ul id="found" role="listbox" aria-label="Classes found">
              ${found.map((one, i) => this.renderOption(one, i))} ${groups.map((group, i) => this.renderGroup(group, found.length + i))}
            </ul>
            <div class="foot">
              <span class="quiet">Enter: go to it · Shift+Enter: choose</span>
              ${found.length === 0 ? null : html`<button @click=${() => this.chooseAll(found)}>show only ${found.length === 1 ? "this" : `these ${found.length}`}</button>`}
            </div>`
      }
    </div>`;
  }

  private renderOption(classIndex: number, i: number): TemplateResult {
    const name = this.app.classSet.value.classNames[classIndex] ?? String(classIndex);
    const isChosen = this.app.view.shown.value === "chosen" && this.app.view.chosen.value.includes(classIndex);
    return html`<li
      id=${`found-${i}`}
      role="option"
      aria-selected=${i === this.active.value}
      title=${name}
      @click=${() => this.goTo(classIndex)}
    >
      <span>${shortened(name, MAX_SHOWN_LENGTH)}</span>
      <span
        class="state"
        title="Choose it, to see only the chosen classes (Shift+Enter)"
        @click=${(event: Event) => {
          event.stopPropagation();
          this.toggle(classIndex);
        }}
        >${isChosen ? "☑ chosen" : "☐ choose"}</span
      >
    </li>`;
  }

  private renderGroup(group: ClassGroup, i: number): TemplateResult {
    return html`<li
      id=${`found-${i}`}
      role="option"
      aria-selected=${i === this.active.value}
      title=${group.name}
      @click=${() => this.goToGroup(group)}
    >
      <span>${shortened(group.name, MAX_SHOWN_LENGTH)}</span>
      <span class="state">group of ${countText(group.classes.length)}</span>
    </li>`;
  }

  private search(text: string): void {
    this.text.value = text;
    this.active.value = 0;
    this.isOpen.value = true;
  }

  private goTo(classIndex: number): void {
    this.actions.goToClass(classIndex);
    this.text.value = "";
  }

  private goToGroup(group: ClassGroup): void {
    this.actions.goToGroup(group);
    this.text.value = "";
  }

  private chooseAll(classes: readonly number[]): void {
    this.actions.chooseClasses(classes);
    this.text.value = "";
  }

  private onKey(event: KeyboardEvent): void {
    const found = this.found();
    const at = found[this.active.value];
    const groups = this.foundGroups();
    const group = groups[this.active.value - found.length];
    const acts: Record<string, (() => void) | undefined> = {
      ArrowDown: () => this.walk(1, found.length + groups.length),
      ArrowUp: () => this.walk(-1, found.length + groups.length),
      Enter: () => {
        if (group) this.goToGroup(group);
        else if (at !== undefined) (event.shiftKey ? this.toggle : this.goTo).call(this, at);
      },
      Escape: () => {
        this.text.value = "";
      },
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private walk(by: number, length: number): void {
    this.active.value = Math.min(Math.max(this.active.value + by, 0), Math.max(length - 1, 0));
    this.renderRoot.querySelector(`#found-${this.active.value}`)?.scrollIntoView({ block: "nearest" });
  }

  private toggle(classIndex: number): void {
    const { shown, chosen } = this.app.view;
    this.actions.chooseClass(classIndex, !(shown.peek() === "chosen" && chosen.peek().includes(classIndex)));
  }
}
