/**
 * Fetches what is wanted now, and gives up what is wanted no longer.
 *
 * Each `want` names all that is wanted: what is under way and still wanted goes on, the rest is aborted.
 */
export class Fetcher<K, T> {
  private readonly underWay = new Map<string, AbortController>();

  constructor(
    private readonly idOf: (key: K) => string,
    private readonly fetchOne: (key: K, signal: AbortSignal) => Promise<T>,
    private readonly onDone: (key: K, value: T) => void,
    private readonly onError: (key: K, message: string) => void,
  ) {}

  want(keys: readonly K[]): void {
    const wanted = new Set(keys.map(this.idOf));
    for (const [id, controller] of this.underWay) {
      if (wanted.has(id)) continue;
      controller.abort();
      this.underWay.delete(id);
    }
    for (const key of keys) if (!this.underWay.has(this.idOf(key))) void this.start(key);
  }

  dispose(): void {
    this.want([]);
  }

  private async start(key: K): Promise<void> {
    const id = this.idOf(key);
    const controller = new AbortController();
    this.underWay.set(id, controller);
    try {
      const value = await this.fetchOne(key, controller.signal);
      if (!controller.signal.aborted) this.onDone(key, value);
    } catch (error) {
      if (!controller.signal.aborted) this.onError(key, error instanceof Error ? error.message : String(error));
    } finally {
      if (this.underWay.get(id) === controller) this.underWay.delete(id);
    }
  }
}
