import { ConfusionMatrix } from "../model/matrix";
import { crc32 } from "../util/crc32";
import { inflate } from "../util/inflate";
import { readVarints } from "./varint";

// docs/format.md describes every byte.
const MAGIC = 0x4d434254; // "TBCM"
const FORMAT_VERSION = 1;
const HEADER_SIZE = 64;
const CRC_OFFSET = 60;
const MAX_NUM_CLASSES = 65_536;
const MAX_PAYLOAD_BYTES = 2 ** 28;
const MAX_COUNT_BYTES = 9;
const MAX_GAP_BYTES = 5;
const FLOAT_BYTES = 8;

/** A blob, decoded. */
export interface DecodedMatrix {
  readonly matrix: ConfusionMatrix;
  /** Data that its writer wrote into the series before it. */
  readonly ordinal: number;
  readonly classNamesHash: string;
  /** Whether each number is exactly the one that was logged: not where the total is over 2^53. */
  readonly isExact: boolean;
}

interface Header {
  /** Of this version at least 64 bytes; what a later one adds behind them is passed over. */
  readonly headerSize: number;
  readonly numClasses: number;
  readonly isWeighted: boolean;
  readonly isSparse: boolean;
  readonly numNonzero: number;
  readonly total: number;
  readonly ordinal: number;
  readonly classNamesHash: string;
  readonly payloadSize: number;
}

/**
 * Decodes a matrix blob.
 *
 * @throws Error with a message for the page: no matrix, damaged, or of a newer format.
 */
export async function decodeMatrix(blob: Uint8Array<ArrayBuffer>): Promise<DecodedMatrix> {
  const header = parseHeader(blob);
  const payload = await inflate(blob.subarray(header.headerSize), header.payloadSize).catch((error: unknown) => {
    throw new Error(`invalid matrix: the payload isn't the ${header.payloadSize} bytes that its header claims (${error})`);
  });
  const { indices, cellCounts } = header.isSparse ? readSparse(payload, header) : readDense(payload, header);
  const matrix = toMatrix(header, indices, cellCounts);
  const isExact = header.isWeighted || header.total <= Number.MAX_SAFE_INTEGER;
  // Whole numbers add up exactly, up to 2^53; floats nearly so.
  const tolerance = header.isWeighted || !isExact ? 1e-9 * Math.abs(header.total) : 0;
  if (!(Math.abs(matrix.total - header.total) <= tolerance)) {
    throw new Error(`invalid matrix: the counts sum to ${matrix.total} where the header claims ${header.total}`);
  }
  return { matrix, ordinal: header.ordinal, classNamesHash: header.classNamesHash, isExact };
}

function parseHeader(blob: Uint8Array): Header {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length < HEADER_SIZE || view.getUint32(0, true) !== MAGIC) {
    throw new Error(`invalid matrix: ${blob.length} bytes that don't begin with a matrix header`);
  }
  const version = view.getUint16(4, true);
  if (version > FORMAT_VERSION) {
    throw new Error(`unknown format version ${version}: this page reads up to ${FORMAT_VERSION}; upgrade tb-confusion-plugin`);
  }
  const headerSize = view.getUint16(6, true);
  if (version < 1 || headerSize < HEADER_SIZE || headerSize > blob.length) {
    throw new Error(`invalid matrix: format version ${version} with a header of ${headerSize} bytes`);
  }
  if (view.getUint32(CRC_OFFSET, true) !== crc32(blob.subarray(HEADER_SIZE), crc32(blob.subarray(0, CRC_OFFSET)))) {
    throw new Error("invalid matrix: wrong checksum; the event file is damaged");
  }
  const isWeighted = view.getUint8(12) === 1;
  const header = {
    headerSize,
    numClasses: view.getUint32(8, true),
    isWeighted,
    isSparse: view.getUint8(13) === 1,
    numNonzero: Number(view.getBigUint64(16, true)),
    total: isWeighted ? view.getFloat64(24, true) : Number(view.getBigInt64(24, true)),
    ordinal: Number(view.getBigUint64(32, true)),
    classNamesHash: Array.from(blob.subarray(40, 48), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    payloadSize: Number(view.getBigUint64(48, true)),
  };
  if (view.getUint8(12) > 1 || view.getUint8(13) > 1) throw new Error("invalid matrix: unknown dtype or encoding");
  checkClaims(header);
  return header;
}

/** Refuses what can't be before anything is allocated for it. */
function checkClaims({ numClasses, numNonzero, isWeighted, isSparse, payloadSize }: Header): void {
  if (numClasses < 1 || numClasses > MAX_NUM_CLASSES) throw new Error(`invalid matrix: K = ${numClasses}`);
  if (numNonzero > numClasses ** 2) throw new Error(`invalid matrix: ${numNonzero} non-zero cells of ${numClasses ** 2}`);
  const countBytes = isWeighted ? FLOAT_BYTES : MAX_COUNT_BYTES;
  const most = isSparse ? numNonzero * (MAX_GAP_BYTES + countBytes) : numClasses ** 2 * countBytes;
  if (payloadSize > Math.min(most, MAX_PAYLOAD_BYTES)) throw new Error(`invalid matrix: a payload of ${payloadSize} bytes`);
}

interface Cells {
  /** trueClass * K + predClass, strictly ascending. */
  readonly indices: Float64Array;
  readonly cellCounts: Float64Array;
}

function readSparse(payload: Uint8Array, header: Header): Cells {
  const [indices, gapBytes] = readVarints(payload, 0, header.numNonzero);
  let next = 0;
  for (let cell = 0; cell < indices.length; cell++) {
    const index = next + (indices[cell] as number);
    indices[cell] = index;
    next = index + 1;
  }
  return { indices, cellCounts: readValues(payload, gapBytes, header.numNonzero, header.isWeighted) };
}

function readDense(payload: Uint8Array, header: Header): Cells {
  const values = readValues(payload, 0, header.numClasses ** 2, header.isWeighted);
  const cellCounts = values.filter((value) => value !== 0);
  const indices = new Float64Array(cellCounts.length);
  for (let index = 0, cell = 0; index < values.length; index++) if (values[index] !== 0) indices[cell++] = index;
  return { indices, cellCounts };
}

function readValues(payload: Uint8Array, offset: number, count: number, isWeighted: boolean): Float64Array {
  if (!isWeighted) {
    const [values, end] = readVarints(payload, offset, count);
    if (end !== payload.length) throw new Error(`invalid matrix: ${payload.length - end} bytes behind the last count`);
    return values;
  }
  if (payload.length - offset !== FLOAT_BYTES * count)
    throw new Error(`invalid matrix: ${payload.length - offset} bytes of weighted counts`);
  const view = new DataView(payload.buffer, payload.byteOffset + offset);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat64(FLOAT_BYTES * i, true);
  return values;
}

function toMatrix(
  { numClasses, numNonzero, isWeighted }: Header,
  indices: Float64Array,
  cellCounts: Float64Array,
): ConfusionMatrix {
  if (indices.length !== numNonzero)
    throw new Error(`invalid matrix: ${indices.length} non-zero cells, the header claims ${numNonzero}`);
  if ((indices.at(-1) ?? 0) >= numClasses ** 2) throw new Error(`invalid matrix: cell ${indices.at(-1)} of ${numClasses ** 2}`);
  if (!cellCounts.every((count) => count > 0 && count < Number.POSITIVE_INFINITY)) {
    throw new Error("invalid matrix: a count that is zero where it shouldn't be, negative, NaN or infinite");
  }
  const trueClasses = new Uint32Array(numNonzero);
  const predClasses = new Uint32Array(numNonzero);
  for (let cell = 0; cell < numNonzero; cell++) {
    const index = indices[cell] as number;
    const trueClass = Math.floor(index / numClasses);
    trueClasses[cell] = trueClass;
    predClasses[cell] = index - trueClass * numClasses;
  }
  // Weights that are all whole numbers are counts, here as in Python.
  const isReallyWeighted = isWeighted && !cellCounts.every((count) => Number.isInteger(count) && count <= 2 ** 53);
  return new ConfusionMatrix(numClasses, trueClasses, predClasses, cellCounts, isReallyWeighted);
}
