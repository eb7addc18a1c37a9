/**
 * Inflates a zlib stream (RFC 1950) of a known size.
 *
 * @throws RangeError when it isn't exactly that long: the stream lies, and is given up before it fills the memory.
 */
export async function inflate(deflated: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array> {
  const inflated = new Uint8Array(size);
  const reader = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  let filled = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (filled + part.value.length > size) {
      await reader.cancel();
      throw new RangeError(`more than ${size} bytes`);
    }
    inflated.set(part.value, filled);
    filled += part.value.length;
  }
  if (filled < size) throw new RangeError(`${filled} of ${size} bytes`);
  return inflated;
}
