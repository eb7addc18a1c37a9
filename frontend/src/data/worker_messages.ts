import type { ConfusionMatrix } from "../model/matrix";
import type { DecodedMatrix } from "./codec";
import type { StreamedParts } from "./history_stream";

/** What the page asks of its worker; `id` tells the answers apart. */
export type WorkerRequest =
  | { readonly id: number; readonly kind: "matrix"; readonly blob: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly kind: "history"; readonly url: string }
  | { readonly id: number; readonly kind: "abort" };

/** A decoded matrix as plain arrays: what a class is doesn't pass between threads. */
export interface DecodedParts extends Omit<DecodedMatrix, "matrix"> {
  readonly cells: Pick<ConfusionMatrix, "numClasses" | "trueClasses" | "predClasses" | "cellCounts" | "isWeighted">;
}

/** What the worker answers: of a history first what has come, as it comes. */
export type WorkerAnswer =
  | { readonly id: number; readonly kind: "matrix"; readonly decoded: DecodedParts }
  | { readonly id: number; readonly kind: "data"; readonly data: readonly StreamedParts[] }
  | { readonly id: number; readonly kind: "done" }
  | { readonly id: number; readonly kind: "error"; readonly message: string };
