const PREFIX = "p.confusion.";

/** Reads our part of TensorBoard's address: `#confusion&p.confusion.step=3&…`. */
export function readLink(hash: string): Map<string, string> {
  const link = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (!part.startsWith(PREFIX) || equals < 0) continue;
    const value = decode(part.slice(equals + 1));
    if (value !== null) link.set(part.slice(PREFIX.length, equals), value);
  }
  return link;
}

/** Writes our part anew; what isn't ours, such as other plugins' keys, stays as it is. */
export function writeLink(hash: string, link: ReadonlyMap<string, string>): string {
  const kept = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part !== "" && !part.startsWith(PREFIX));
  const ours = [...link].map(([key, value]) => `${PREFIX}${key}=${encodeURIComponent(value)}`);
  return `#${[...kept, ...ours].join("&")}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // not ours: we never write a cut-off escape
  }
}
