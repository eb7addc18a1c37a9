import { html } from "lit";
import { ref } from "lit/directives/ref.js";

const FIRST_STEPS = `from tb_confusion_plugin import ConfusionWriter

with ConfusionWriter("logs/run1", class_names=["cat", "dog"]) as writer:
    for epoch in range(20):
        ...
        writer.write_labels("val/confusion", y_true, y_pred, step=epoch)`;

const KEYS: readonly [string, string][] = [
  ["space", "play or pause"],
  ["[ and ]", "previous and next step"],
  ["Home and End", "first and last step"],
  ["l", "follow the latest step"],
  ["1 2 3 4", "counts, true, predicted, all"],
  ["g", "linear or logarithmic colours"],
  ["e", "errors only"],
  ["t", "transpose"],
  ["m n c f d", "Matrix, Timeline, Classes, Confusions, Compare"],
  ["/", "find a class"],
  ["p", "pin what is looked at as the baseline, or let it go"],
  ["x", "swap A and B (in Compare)"],
  ["b and i", "open or close the sidebar, the inspector"],
  ["arrows", "walk the cells, or the rows (with a matrix or table focused)"],
  ["Esc", "clear the selection"],
  ["+ and −", "zoom in and out"],
  ["0", "see the whole matrix"],
  ["?", "this list"],
];

/** What to run, when there is nothing to see. */
export function emptyState() {
  return html`
    <h1 style="font-size:20px;font-weight:400;margin:0 0 12px">No confusion matrices yet</h1>
    <p>This log holds none. Write one from any training loop, and it appears here within a few seconds:</p>
    <pre>${FIRST_STEPS}</pre>
    <p class="quiet">
      With Keras: <code>tb_confusion_plugin.keras.ConfusionMatrixCallback</code>. With tf.summary:
      <code>tb_confusion_plugin.summary.confusion_matrix</code>. If matrices were written, see that
      <code>tensorboard --logdir</code> names a directory above them.
    </p>
  `;
}

/** Every key. */
export function helpDialog(close: () => void) {
  return html`<dialog
    aria-label="Keys"
    ${ref((dialog) => openModal(dialog as HTMLDialogElement | undefined))}
    @close=${close}
    @click=${(event: MouseEvent) => (event.target === event.currentTarget ? close() : undefined)}
  >
    <h2>Keys</h2>
    <table>
      ${KEYS.map(([keys, meaning]) => html`<tr><td><kbd>${keys}</kbd></td><td>${meaning}</td></tr>`)}
    </table>
    <form method="dialog" style="text-align:right"><button>Close</button></form>
  </dialog>`;
}

function openModal(dialog: HTMLDialogElement | undefined): void {
  if (dialog && !dialog.open) queueMicrotask(() => dialog.isConnected && dialog.showModal());
}
