import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden";
import { decodeMatrix } from "./codec";

interface ValidBlob {
  name: string;
  blob_base64: string;
  num_classes: number;
  dtype: "int64" | "float64";
  total: string | number;
  ordinal: number;
  class_names_hash: string;
  cells: [number, number, number | string][];
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

describe("decodeMatrix", () => {
  it.each(readGolden<ValidBlob>("blobs"))("decodes: $name", async (golden) => {
    const { matrix, ordinal, classNamesHash, isExact } = await decodeMatrix(bytesOf(golden.blob_base64));
    const cells = Array.from(matrix.cellCounts, (count, i) => [matrix.trueClasses[i], matrix.predClasses[i], count]);
    // What is over 2^53 comes rounded, and says so.
    expect(cells).toEqual(golden.cells.map(([i, j, count]) => [i, j, Number(count)]));
    expect(isExact).toBe(golden.dtype === "float64" || BigInt(golden.total) <= 2n ** 53n);
    expect(matrix.numClasses).toBe(golden.num_classes);
    expect(ordinal).toBe(golden.ordinal);
    expect(classNamesHash).toBe(golden.class_names_hash);
  });

  it("takes weights that are all whole numbers for counts", async () => {
    const isWeighted = async (name: string) => {
      const golden = readGolden<ValidBlob>("blobs").find((one) => one.name === name) as ValidBlob;
      return (await decodeMatrix(bytesOf(golden.blob_base64))).matrix.isWeighted;
    };
    expect(await isWeighted("whole weights")).toBe(false);
    expect(await isWeighted("weighted sparse")).toBe(true);
  });

  const words: Record<string, RegExp> = {
    magic: /don't begin with a matrix header/,
    version: /version/,
    checksum: /wrong checksum/,
    dtype: /unknown dtype/,
    encoding: /unknown dtype or encoding/,
    limit: /K = |non-zero cells of|a payload of/,
    payload: /payload|numbers|bytes|bits/,
    cells: /cell|count/,
    total: /sum to|total|number of more/,
  };

  it.each(readGolden<{ name: string; blob_base64: string; error: string }>("blobs_invalid"))("refuses: $name", async (golden) => {
    await expect(decodeMatrix(bytesOf(golden.blob_base64))).rejects.toThrow(words[golden.error]);
  });
});
