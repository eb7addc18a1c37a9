import { CompactMatrix, type CompactParts, compactParts } from "../model/compact_matrix";
import type { HistoryDatum } from "../model/series_history";
import { decodeMatrix } from "./codec";

/** Step, wall time and the number of bytes of the blob that follows. */
const FRAME_BYTES = 20;
/** The first data are told soon, then now and then: whoever is told draws them. */
const TELL_FIRST_MS = 50;
const TELL_MS = 350;
/** A blob that claims more isn't one. */
const MAX_BLOB_BYTES = 2 ** 29;

/** One frame of the stream: a datum, or why it can't be decoded. */
export type Streamed<T> = T | { readonly step: number; readonly error: string };
export type StreamedDatum = Streamed<HistoryDatum>;

/** A datum as it passes from the worker to the page; without a support where that is the one of the step before. */
export type StreamedParts = Streamed<
  Omit<HistoryDatum, "matrix"> & { readonly parts: Omit<CompactParts, "support"> & { readonly support: Float64Array | null } }
>;

/** What has come of a history, and is told as it comes. */
export type OnData = (data: readonly StreamedDatum[]) => void;

/** Decodes the matrices of a `/history` answer as they come; what came before an end that is missing is told. */
export async function readHistory(
  body: ReadableStream<Uint8Array>,
  onData: (data: readonly StreamedParts[]) => void,
): Promise<void> {
  const reader = body.getReader();
  const buffer = new Buffer();
  const decode = frameDecoder();
  let told: StreamedParts[] = [];
  let tellAt = performance.now() + TELL_FIRST_MS;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    buffer.append(part.value);
    for (let frame = buffer.takeFrame(); frame; frame = buffer.takeFrame()) {
      told.push(await decode(frame));
      if (performance.now() < tellAt) continue;
      onData(told);
      told = [];
      tellAt = performance.now() + TELL_MS;
    }
  }
  if (told.length > 0) onData(told);
  if (!buffer.isEmpty) throw new Error("the history ends within a matrix");
}

/** Makes matrices of what the worker sent: a support that isn't sent is the last one, one array for all that have it. */
export function unpacked(): (data: readonly StreamedParts[]) => StreamedDatum[] {
  let last = new Float64Array(0);
  return (data) =>
    data.map((datum) => {
      if ("error" in datum) return datum;
      const { parts, ...rest } = datum;
      last = (parts.support as Float64Array<ArrayBuffer> | null) ?? last;
      return { ...rest, matrix: new CompactMatrix({ ...parts, support: last }) };
    });
}

/** The arrays of a datum, to be handed over and not copied. */
export function arraysOf(datum: StreamedParts): ArrayBufferView[] {
  if ("error" in datum) return [];
  const { support, predictedCount, truePositives, rowStarts, predClasses, cellCounts } = datum.parts;
  return [...(support ? [support] : []), predictedCount, truePositives, rowStarts, predClasses, cellCounts];
}

interface Frame {
  readonly step: number;
  readonly wallTime: number;
  readonly blob: Uint8Array<ArrayBuffer>;
}

function frameDecoder(): (frame: Frame) => Promise<StreamedParts> {
  let last: Float64Array | null = null;
  return async ({ step, wallTime, blob }) => {
    try {
      const { matrix, ...rest } = await decodeMatrix(blob);
      const { support, ...parts } = compactParts(matrix);
      const isSame = last?.length === support.length && last.every((count, i) => count === support[i]);
      // A copy to compare with: what is sent is gone.
      if (!isSame) last = support.slice();
      return { step, wallTime, ...rest, parts: { ...parts, support: isSame ? null : support } };
    } catch (error) {
      return { step, error: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** Bytes that have come and weren't taken yet. */
class Buffer {
  private parts: Uint8Array[] = [];
  private numBytes = 0;

  get isEmpty(): boolean {
    return this.numBytes === 0;
  }

  append(part: Uint8Array): void {
    this.parts.push(part);
    this.numBytes += part.length;
  }

  /** The next whole frame; null until it has come. */
  takeFrame(): Frame | null {
    if (this.numBytes < FRAME_BYTES) return null;
    const head = this.firstBytes(FRAME_BYTES);
    const view = new DataView(head.buffer, head.byteOffset);
    const blobBytes = view.getUint32(16, true);
    if (blobBytes > MAX_BLOB_BYTES) throw new Error(`invalid history: a matrix of ${blobBytes} bytes`);
    const end = FRAME_BYTES + blobBytes;
    if (this.numBytes < end) return null;
    const bytes = this.firstBytes(end);
    this.parts[0] = bytes.subarray(end);
    this.numBytes -= end;
    return { step: Number(view.getBigInt64(0, true)), wallTime: view.getFloat64(8, true), blob: bytes.slice(FRAME_BYTES, end) };
  }

  /** The first part, made long enough: parts are joined only where a frame lies across them. */
  private firstBytes(length: number): Uint8Array {
    const [first] = this.parts;
    if (first && first.length >= length) return first;
    const joined = new Uint8Array(this.numBytes);
    let at = 0;
    for (const part of this.parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.parts = [joined];
    return joined;
  }
}
