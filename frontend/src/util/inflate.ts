/**
 * Inflates a zlib stream (RFC 1950) of a known size.
 *
 * @throws RangeError when it isn't exactly that long: the stream lies, and is given up before it fills the memory.
 */
export async function inflate(deflated: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array> {
  const inflated = new Uint8Array(size);
  const stream = new DecompressionStream("deflate");
  const reader = stream.readable.getReader();
  // Written to by hand: a Blob's own stream costs twenty times as much. What goes wrong here goes wrong where it is read.
  const writer = stream.writable.getWriter();
  void writer.write(deflated).catch(ignore);
  void writer.close().catch(ignore);
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

function ignore(): void {}
