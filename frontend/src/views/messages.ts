import { html } from "lit";
import { ref } from "lit/directives/ref.js";
import { KEY_BINDINGS } from "./keys";

const FIRST_STEPS = `from tb_confusion_plugin import ConfusionWriter

with ConfusionWriter("logs/run1", class_names=["cat", "dog"]) as writer:
    for epoch in range(20):
        ...
        writer.write_labels("val/confusion", y_true, y_pred, step=epoch)`;

/** Keys of what has the focus. */
const LOCAL_KEYS: readonly (readonly [string, string])[] = [
  ["arrows", "walk cells, rows, or classes and steps (with a matrix, table or timeline focused)"],
  ["Shift + arrows", "brush steps (with a timeline focused)"],
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
    <dl class="keys">
      ${[...KEY_BINDINGS.map(({ shown, meaning }) => [shown, meaning]), ...LOCAL_KEYS].map(
        ([keys, meaning]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${meaning}</dd></div>`,
      )}
    </dl>
    <form method="dialog" style="text-align:right"><button>Close</button></form>
  </dialog>`;
}

function openModal(dialog: HTMLDialogElement | undefined): void {
  if (dialog && !dialog.open) queueMicrotask(() => dialog.isConnected && dialog.showModal());
}
