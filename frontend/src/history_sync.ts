import { fetchHistory } from "./data/client";
import { Fetcher } from "./data/fetcher";
import type { StreamedDatum } from "./data/history_stream";
import { type Series, seriesId } from "./model/listing";
import type { HistoryDatum } from "./model/series_history";
import { put, type Store } from "./state/store";

/** Brings all steps of the series that are wanted, and later only those that are new. */
export class HistorySync {
  private readonly fetcher: Fetcher<Series, void>;
  /** By seriesId: what was asked for and answered, come or not: a step that the server leaves out isn't asked for for ever. */
  private readonly answered = new Map<string, ReadonlySet<string>>();

  constructor(private readonly store: Store) {
    this.fetcher = new Fetcher(
      versionOf,
      (series, signal) => this.fetchMissing(series, signal),
      (series) => this.finish(series),
      // What has come stays; the next listing asks for the rest.
      () => {},
    );
  }

  /** Those that are wanted no longer are given up, and let go. */
  want(series: readonly Series[]): void {
    const wanted = new Set(series.map(seriesId));
    const known = this.store.histories.peek();
    const dropped = [...known.keys()].filter((id) => !wanted.has(id));
    for (const id of dropped) this.answered.delete(id);
    if (dropped.length > 0) this.store.histories.value = new Map([...known].filter(([id]) => wanted.has(id)));
    this.fetcher.want(series.filter((one) => this.firstMissing(one) !== null));
  }

  dispose(): void {
    this.fetcher.dispose();
  }

  private async fetchMissing(series: Series, signal: AbortSignal): Promise<void> {
    const from = this.firstMissing(series) ?? 0;
    // What was written again from a step on takes the place of what was there.
    const kept = (this.store.histories.peek().get(seriesId(series))?.data ?? []).filter((datum) => datum.step < from);
    const come: StreamedDatum[] = [];
    const onData = (data: readonly StreamedDatum[]) => {
      if (signal.aborted) return;
      come.push(...data);
      this.put(series, [...kept, ...come.filter(isDecoded)], false);
    };
    await fetchHistory(series.run, series.tag, from === series.steps[0] ? null : from, onData, signal);
  }

  private finish(series: Series): void {
    this.answered.set(seriesId(series), new Set(idsOf(series)));
    this.put(series, this.store.histories.peek().get(seriesId(series))?.data ?? [], true);
  }

  private put(series: Series, data: readonly HistoryDatum[], isComplete: boolean): void {
    put(this.store.histories, seriesId(series), { data, isComplete });
  }

  private firstMissing(series: Series): number | null {
    const answered = this.answered.get(seriesId(series));
    const index = idsOf(series).findIndex((id) => !answered?.has(id));
    return series.steps[index] ?? null;
  }
}

function isDecoded(datum: StreamedDatum): datum is HistoryDatum {
  return !("error" in datum);
}

function idsOf(series: Series): string[] {
  return series.steps.map((step, i) => `${step}@${series.wallTimes[i]}`);
}

function versionOf(series: Series): string {
  return JSON.stringify([series.run, series.tag, series.steps.length, series.steps.at(-1), series.wallTimes.at(-1)]);
}
