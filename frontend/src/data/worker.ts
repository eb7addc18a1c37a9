import { decodeMatrix } from "./codec";
import { arraysOf, readHistory } from "./history_stream";
import { fetchOk } from "./http";
import type { WorkerAnswer, WorkerRequest } from "./worker_messages";

// The worker's entry: it decodes what would hold the page up.

interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(answer: WorkerAnswer, transfer: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;
const underWay = new Map<number, AbortController>();

scope.onmessage = ({ data: request }) => {
  if (request.kind === "abort") underWay.get(request.id)?.abort();
  else void answer(request);
};

async function answer(request: Exclude<WorkerRequest, { kind: "abort" }>): Promise<void> {
  const { id } = request;
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    if (request.kind === "matrix") await answerMatrix(id, request.blob);
    else await answerHistory(id, request.url, controller.signal);
  } catch (error) {
    scope.postMessage({ id, kind: "error", message: error instanceof Error ? error.message : String(error) }, []);
  } finally {
    underWay.delete(id);
  }
}

async function answerMatrix(id: number, blob: Uint8Array<ArrayBuffer>): Promise<void> {
  const { matrix, ...rest } = await decodeMatrix(blob);
  const { numClasses, trueClasses, predClasses, cellCounts, isWeighted } = matrix;
  const decoded = { ...rest, cells: { numClasses, trueClasses, predClasses, cellCounts, isWeighted } };
  scope.postMessage({ id, kind: "matrix", decoded }, buffersOf([trueClasses, predClasses, cellCounts]));
}

async function answerHistory(id: number, url: string, signal: AbortSignal): Promise<void> {
  const { body } = await fetchOk(url, signal);
  if (body) await readHistory(body, (data) => scope.postMessage({ id, kind: "data", data }, buffersOf(data.flatMap(arraysOf))));
  scope.postMessage({ id, kind: "done" }, []);
}

function buffersOf(arrays: readonly ArrayBufferView[]): Transferable[] {
  return [...new Set(arrays.map((one) => one.buffer as ArrayBuffer))];
}
