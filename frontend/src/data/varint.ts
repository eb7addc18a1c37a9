const MAX_BYTES = 9; // 63 bits in groups of 7

/**
 * Reads `count` LEB128 integers from `offset` on; above 2^53 they are rounded.
 *
 * @returns the integers, and where the next byte lies.
 * @throws Error when there are fewer, or one is longer than 63 bits.
 */
export function readVarints(bytes: Uint8Array, offset: number, count: number): [Float64Array<ArrayBuffer>, number] {
  if (count > bytes.length - offset)
    throw new Error(`invalid matrix: ${bytes.length - offset} bytes where ${count} numbers should be`);
  const values = new Float64Array(count);
  let position = offset;
  for (let i = 0; i < count; i++) {
    const start = position;
    let value = 0;
    let byte = 0x80;
    for (let scale = 1; byte & 0x80; scale *= 0x80) {
      if (position >= bytes.length) throw new Error(`invalid matrix: ${i} numbers where ${count} should be`);
      if (position - start >= MAX_BYTES) throw new Error(`invalid matrix: a number of more than ${7 * MAX_BYTES} bits`);
      byte = bytes[position++] as number;
      value += (byte & 0x7f) * scale;
    }
    values[i] = value;
  }
  return [values, position];
}
