import type { PropertyValues } from "lit";
import { resultOf, runInSlices, runSlice } from "../util/slices";
import { SignalElement } from "./signal_element";

/** An element that draws on canvases. Its first picture comes bit by bit: code that runs for the first time takes long. */
export abstract class DrawnElement extends SignalElement {
  private drawing: Generator<void, void> | null = null;
  private isDrawn = false;

  /** Draws what isn't HTML, a step at a time; null: there is nothing to draw. */
  protected abstract drawings(): Generator<void, void> | null;

  protected override updated(_: PropertyValues): void {
    // What was being drawn before is given up.
    this.drawing = this.drawings();
    if (this.drawing === null) return;
    if (this.isDrawn) resultOf(this.drawing);
    else void this.drawFirst(this.drawing);
  }

  private async drawFirst(steps: Generator<void, void>): Promise<void> {
    if (runSlice(steps)) {
      this.isDrawn = true;
    } else if (await runInSlices(steps, () => this.isConnected && this.drawing === steps)) {
      this.isDrawn = true;
      // What was drawn later didn't say which signals count.
      this.requestUpdate();
    }
  }
}
