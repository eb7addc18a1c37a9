/** The answer to a request; what the server says is wrong, as an error. */
export async function fetchOk(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (response.ok) return response;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const said = isJson ? ((await response.json()) as { error?: string }).error : undefined;
  throw new Error(said ?? `TensorBoard answered ${response.status} ${response.statusText}`);
}
