import { signal } from "@preact/signals-core";
import { SignalElement } from "./signal_element";

/** An element that lays out its content by its own size, and so renders again when that changes. */
export abstract class SizedElement extends SignalElement {
  /** Width and height, without the padding; zeros until it is known. */
  protected readonly sizeCss = signal<readonly [number, number]>([0, 0]);
  private observer: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(([entry]) => {
      // A hidden tab keeps its iframe with a size of zero: what was drawn stays as it is.
      if (entry && entry.contentRect.width > 0) this.sizeCss.value = [entry.contentRect.width, entry.contentRect.height];
    });
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }
}
