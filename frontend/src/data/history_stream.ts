import type { HistoryDatum } from "../model/series_history";
import { decodeMatrix } from "./codec";

/** Step, wall time and the number of bytes of the blob that follows. */
const FRAME_BYTES = 20;
/** Decoding goes on this long before the page gets to draw. */
const SLICE_MS = 25;
/** A blob that claims more isn't one. */
const MAX_BLOB_BYTES = 2 ** 29;

/** One frame of the stream: a datum, or why it can't be decoded. */
export type StreamedDatum = HistoryDatum | { readonly step: number; readonly error: string };

/** What has come of a history, and is told as it comes. */
export type OnData = (data: readonly StreamedDatum[]) => void;

/** Decodes the matrices of a `/history` answer as they come; what came before an end that is missing is told. */
export async function readHistory(body: ReadableStream<Uint8Array>, onData: OnData): Promise<void> {
  const reader = body.getReader();
  const buffer = new Buffer();
  let told: StreamedDatum[] = [];
  let sliceStart = performance.now();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    buffer.append(part.value);
    for (let frame = buffer.takeFrame(); frame; frame = buffer.takeFrame()) {
      told.push(await decodeFrame(frame));
      if (performance.now() - sliceStart < SLICE_MS) continue;
      onData(told);
      told = [];
      await new Promise((resolve) => setTimeout(resolve, 0));
      sliceStart = performance.now();
    }
  }
  if (told.length > 0) onData(told);
  if (!buffer.isEmpty) throw new Error("the history ends within a matrix");
}

interface Frame {
  readonly step: number;
  readonly wallTime: number;
  readonly blob: Uint8Array<ArrayBuffer>;
}

async function decodeFrame({ step, wallTime, blob }: Frame): Promise<StreamedDatum> {
  try {
    return { step, wallTime, ...(await decodeMatrix(blob)) };
  } catch (error) {
    return { step, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Bytes that have come and weren't taken yet. */
class Buffer {
  private bytes = new Uint8Array(0);

  get isEmpty(): boolean {
    return this.bytes.length === 0;
  }

  append(part: Uint8Array): void {
    const joined = new Uint8Array(this.bytes.length + part.length);
    joined.set(this.bytes);
    joined.set(part, this.bytes.length);
    this.bytes = joined;
  }

  /** The next whole frame; null until it has come. */
  takeFrame(): Frame | null {
    if (this.bytes.length < FRAME_BYTES) return null;
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
    const blobBytes = view.getUint32(16, true);
    if (blobBytes > MAX_BLOB_BYTES) throw new Error(`invalid history: a matrix of ${blobBytes} bytes`);
    const end = FRAME_BYTES + blobBytes;
    if (this.bytes.length < end) return null;
    const frame = {
      step: Number(view.getBigInt64(0, true)),
      wallTime: view.getFloat64(8, true),
      blob: this.bytes.slice(FRAME_BYTES, end),
    };
    this.bytes = this.bytes.subarray(end);
    return frame;
  }
}
