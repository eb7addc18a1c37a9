const REVOKE_AFTER_MS = 60_000;

/** Has the browser save a file. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // It may still be read: some browsers ask first where to save it.
  window.setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}
