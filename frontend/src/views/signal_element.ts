import { effect } from "@preact/signals-core";
import { LitElement } from "lit";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import { isTaskLong, nextTask } from "../util/next_task";
import { runInSlices } from "../util/slices";

const MAX_PREPARATIONS = 5;

/** An element that renders again when a signal that it read while rendering has changed. */
export abstract class SignalElement extends LitElement {
  static override properties = { app: { attribute: false }, actions: { attribute: false } };

  declare app: AppState;
  declare actions: Actions;
  private stopListening: (() => void) | undefined;
  private lastPreparedFrom: readonly unknown[] = [];

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    this.stopListening?.();
    // One that waited may have left the page meanwhile: it must listen to nothing then.
    if (!this.isConnected) {
      super.performUpdate();
      return;
    }
    let isFirstRun = true;
    // The first run renders and so learns which signals count; the next only asks for a new one.
    this.stopListening = effect(() => {
      if (isFirstRun) super.performUpdate();
      else this.requestUpdate();
      isFirstRun = false;
    });
  }

  /** What stands beside the view lets it be drawn first: when the page opens, and where there is much to work out. */
  protected isPatient(): boolean {
    return false;
  }

  /** What the preparations are made from. Where there is much of it rendering anything new of it waits for them. */
  protected preparedFrom(): readonly unknown[] {
    return [];
  }

  /** What rendering will ask for, and whoever makes it remembers. */
  protected *preparations(): Generator<void, void> {}

  /** Whether rendering works out more than fits into one frame. */
  protected isLarge(): boolean {
    return this.app.isLarge.peek();
  }

  protected override scheduleUpdate(): ReturnType<LitElement["scheduleUpdate"]> {
    const isWaiting = (!this.hasUpdated || this.isLarge()) && (this.isPatient() || !this.isPrepared());
    return isWaiting || isTaskLong() ? this.updateLater() : super.scheduleUpdate();
  }

  private async updateLater(): Promise<void> {
    // What has come meanwhile is prepared too, unless more comes all the time.
    for (let times = 0; times === 0 || (times < MAX_PREPARATIONS && !this.isPrepared()); times++) {
      const from = this.preparedFrom();
      await runInSlices(this.preparations(), () => this.isConnected);
      this.lastPreparedFrom = from;
      await nextTask();
    }
    super.scheduleUpdate();
  }

  private isPrepared(): boolean {
    const from = this.preparedFrom();
    return from.every((one, i) => one === this.lastPreparedFrom[i]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening?.();
    this.stopListening = undefined;
  }
}
