import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32";
import { Disposer } from "./disposer";
import { inflate } from "./inflate";
import { cellPercentText, coefficientText, countText, intervalText, percentText } from "./number_text";

describe("crc32", () => {
  it("is the standard one", () => {
    // The check value of CRC-32/ISO-HDLC.
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it("goes on from an earlier part", () => {
    const bytes = new TextEncoder().encode("123456789");
    expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  });
});

describe("inflate", () => {
  const deflated = new Uint8Array(deflateSync(Buffer.alloc(100_000, 7)));

  it("gives exactly the claimed bytes", async () => {
    expect((await inflate(deflated, 100_000)).every((byte) => byte === 7)).toBe(true);
  });

  it.each([99_999, 100_001])("refuses a stream that isn't %i bytes", async (size) => {
    await expect(inflate(deflated, size)).rejects.toThrow(RangeError);
  });
});

describe("numbers as text", () => {
  it("are exact counts, and sums of weights to six digits", () => {
    expect(countText(9007199254740991)).toBe("9,007,199,254,740,991");
    expect(countText(0.5)).toBe("0.5");
    expect(countText(50000.5)).toBe("50,000.5");
    expect(countText(1234567.8)).toBe("1,234,570");
  });

  it("are rates with one decimal, and 0/0 is no samples", () => {
    expect(percentText(0.1234)).toBe("12.3 %");
    expect(percentText(Number.NaN)).toBe("no samples");
    expect(intervalText([0, 1])).toBe("[0.0–100.0]");
  });

  it("never round a rate in a cell to nothing or to all", () => {
    expect(cellPercentText(0.004)).toBe("<1");
    expect(cellPercentText(0.006)).toBe("1");
    expect(cellPercentText(1)).toBe("100");
    expect(cellPercentText(0.996)).toBe(">99");
  });

  it("are coefficients with a sign that can be copied", () => {
    expect(coefficientText(-0.5)).toBe("-0.500");
    expect(coefficientText(Number.NaN)).toBe("undefined");
  });
});

describe("Disposer", () => {
  it("undoes once, last first", () => {
    const undone: string[] = [];
    const owned = new Disposer();
    owned.add(() => undone.push("first"));
    owned.add(() => undone.push("second"));
    owned.dispose();
    owned.dispose();
    expect(undone).toEqual(["second", "first"]);
  });
});
