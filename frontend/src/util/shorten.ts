/** The two ends of a text with an ellipsis between them: names that begin alike often end differently. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = Math.max(length - 1, 0);
  return `${text.slice(0, Math.ceil(kept / 2)).trimEnd()}…${text.slice(text.length - Math.floor(kept / 2)).trimStart()}`;
}
