/** The first place from `from` to `end` of ascending values whose value isn't below one. */
export function firstFrom(values: ArrayLike<number>, from: number, end: number, value: number): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Passes over the bits of a key: 3 × 11 bits hold the 32 of a float. */
const DIGIT_BITS = 11;
const NUM_DIGITS = 1 << DIGIT_BITS;

/**
 * Some hundred thousand items, those with the largest key first, equal ones as they came (LSD radix sort: a comparison of two at a time takes
 * ten times as long). Keys are rounded to 24 significant bits; NaN comes last.
 */
export function byDescendingKey(items: Uint32Array, keyOf: (item: number) => number): Uint32Array {
  const keys = new Float32Array(items.length);
  for (let i = 0; i < items.length; i++) keys[i] = keyOf(items[i] as number);
  const bits = new Uint32Array(keys.buffer);
  for (let i = 0; i < bits.length; i++) bits[i] = descendingBits(keys[i] as number, bits[i] as number);
  let [from, to] = [items.slice(), new Uint32Array(items.length)];
  let [fromBits, toBits] = [bits, new Uint32Array(items.length)];
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const places = new Uint32Array(NUM_DIGITS + 1);
    for (let i = 0; i < fromBits.length; i++) {
      const digit = ((fromBits[i] as number) >>> shift) & (NUM_DIGITS - 1);
      places[digit + 1] = (places[digit + 1] as number) + 1;
    }
    for (let digit = 0; digit < NUM_DIGITS; digit++) places[digit + 1] = (places[digit + 1] as number) + (places[digit] as number);
    for (let i = 0; i < fromBits.length; i++) {
      const digit = ((fromBits[i] as number) >>> shift) & (NUM_DIGITS - 1);
      const place = places[digit] as number;
      places[digit] = place + 1;
      to[place] = from[i] as number;
      toBits[place] = fromBits[i] as number;
    }
    [from, to, fromBits, toBits] = [to, from, toBits, fromBits];
  }
  return from;
}

/** Bits of a float that, as an unsigned number, are the smaller the larger the float is; the largest for NaN. */
function descendingBits(key: number, bits: number): number {
  if (Number.isNaN(key)) return 0xffffffff;
  if (key === 0) return 0x7fffffff; // of both signs
  return bits >>> 31 ? bits : ~bits & 0x7fffffff;
}
