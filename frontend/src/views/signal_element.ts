import { effect } from "@preact/signals-core";
import { LitElement } from "lit";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import { isTaskLong, nextTask } from "../util/next_task";
import { runInSlices } from "../util/slices";

/** An element that renders again when a signal that it read while rendering has changed. */
export abstract class SignalElement extends LitElement {
  static override properties = { app: { attribute: false }, actions: { attribute: false } };

  declare app: AppState;
  declare actions: Actions;
  private stopListening: (() => void) | undefined;

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

  protected override scheduleUpdate(): ReturnType<LitElement["scheduleUpdate"]> {
    const isWaiting = this.isPatient() && (!this.hasUpdated || this.app.isLarge.peek());
    return isWaiting || isTaskLong() ? this.updateLater() : super.scheduleUpdate();
  }

  /** What rendering will ask for, and whoever makes it remembers: where rendering waits anyway it comes before, in tasks of its own. */
  protected *preparations(): Generator<void, void> {}

  private async updateLater(): Promise<void> {
    await runInSlices(this.preparations(), () => this.isConnected);
    await nextTask();
    super.scheduleUpdate();
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
