import { ConfusionMatrix } from "../model/matrix";
import { nextTask } from "../util/next_task";
import { type DecodedMatrix, decodeMatrix } from "./codec";
import { type OnData, unpacked } from "./history_stream";
import type { WorkerAnswer, WorkerRequest } from "./worker_messages";

/** Smaller blobs are decoded at once: handing them to the worker and back would take longer. */
const MIN_WORKER_BYTES = 2 ** 15;
/** Making the matrix of a larger blob is work enough for one task. */
const MIN_OWN_TASK_BYTES = 2 ** 12;

interface Waiting {
  onAnswer(answer: WorkerAnswer): void;
  reject(error: Error): void;
}

/** Decodes beside the page, in a worker that starts when it is first needed. */
class Decoder {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  async decode(blob: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<DecodedMatrix> {
    const numBytes = blob.length;
    const decoded = numBytes < MIN_WORKER_BYTES ? await decodeMatrix(blob) : await this.decodeInWorker(blob, signal);
    if (numBytes >= MIN_OWN_TASK_BYTES) await nextTask();
    return decoded;
  }

  private decodeInWorker(blob: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<DecodedMatrix> {
    return this.ask<DecodedMatrix>({ kind: "matrix", blob }, [blob.buffer], signal, (answer, resolve) => {
      if (answer.kind !== "matrix") return;
      const { cells, ...rest } = answer.decoded;
      const { numClasses, trueClasses, predClasses, cellCounts, isWeighted } = cells;
      resolve({ ...rest, matrix: new ConfusionMatrix(numClasses, trueClasses, predClasses, cellCounts, isWeighted) });
    });
  }

  /** Fetches a history and tells its data as they come. */
  async history(url: string, onData: OnData, signal: AbortSignal): Promise<void> {
    const unpack = unpacked();
    return this.ask<void>({ kind: "history", url }, [], signal, (answer, resolve) => {
      if (answer.kind === "data") onData(unpack(answer.data));
      else resolve();
    });
  }

  private ask<T>(
    request: { kind: "matrix"; blob: Uint8Array<ArrayBuffer> } | { kind: "history"; url: string },
    transfer: Transferable[],
    signal: AbortSignal,
    onAnswer: (answer: WorkerAnswer, resolve: (value: T) => void) => void,
  ): Promise<T> {
    const id = ++this.lastId;
    const worker = this.start();
    return new Promise<T>((resolve, reject) => {
      const finish = () => {
        this.waiting.delete(id);
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        finish();
        worker.postMessage({ id, kind: "abort" } satisfies WorkerRequest);
        reject(new DOMException("given up", "AbortError"));
      };
      this.waiting.set(id, {
        onAnswer: (answer) => {
          if (answer.kind !== "data") finish();
          if (answer.kind === "error") reject(new Error(answer.message));
          else onAnswer(answer, resolve);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      });
      signal.addEventListener("abort", onAbort);
      worker.postMessage({ id, ...request } satisfies WorkerRequest, transfer);
    });
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: answer }: MessageEvent<WorkerAnswer>) => this.waiting.get(answer.id)?.onAnswer(answer);
    worker.onerror = (event) => {
      // The next one that asks gets a new worker.
      this.worker = null;
      for (const one of [...this.waiting.values()])
        one.reject(new Error(`the page's worker failed: ${event.message || "it can't be loaded"}`));
    };
    this.worker = worker;
    return worker;
  }
}

/** One for the page; it lives as long. */
export const decoder = new Decoder();
