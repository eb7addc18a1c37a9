import { batch, computed, effect } from "@preact/signals-core";
import { ByteCache } from "./data/byte_cache";
import { fetchClassInfo, fetchListing, fetchMatrix, fetchSimilarity, type Listing } from "./data/client";
import type { DecodedMatrix } from "./data/codec";
import { Fetcher } from "./data/fetcher";
import { HistorySync } from "./history_sync";
import type { Similarity } from "./model/class_order";
import { type ClassInfo, type DatumKey, datumAt, datumId, type Series, seriesId, stepBy } from "./model/listing";
import type { AppState } from "./state/app_state";
import { isSeen } from "./state/host";
import { put } from "./state/store";
import type { Disposer } from "./util/disposer";

const POLL_MS = 3000;
/** While the server is still checking data. */
const POLL_UNCHECKED_MS = 250;
const CACHE_BYTES = 64 * 2 ** 20;
/** Beside its cells, what a decoded matrix takes. */
const MATRIX_OVERHEAD_BYTES = 2048;
const BYTES_PER_CELL = 16;
/** The neighbours of the playhead that are fetched before somebody goes there, the likeliest first. */
const PREFETCHED = [1, 2, -1];
/** Histories with more steps times classes than this are fetched only when something shows them. */
const MAX_EAGER_HISTORY = 100_000;

/** Brings what the page's state asks for into its store. */
export class Sync {
  private readonly cache = new ByteCache<DecodedMatrix>(CACHE_BYTES);
  private readonly matrices: Fetcher<DatumKey, DecodedMatrix>;
  private readonly classInfos = new Fetcher(seriesId, fetchSeriesClassInfo, this.takeClassInfo.bind(this), ignore);
  private readonly similarities = new Fetcher(datumId, fetchSimilarity, this.takeSimilarity.bind(this), ignore);
  private readonly histories: HistorySync;
  private readonly isDrawn = computed(() => this.app.cards.value.some((card) => card.raw !== null || card.error !== null));
  /** What the cards need is never pushed out of the cache. */
  private shownIds: ReadonlySet<string> = new Set();
  private readonly prefetchedIds = new Set<string>();
  private prefetchedFrom: number | null = null;
  private timer = 0;
  private isAsleep = false;
  private listed: Listing | null = null;
  private listingRequest = new AbortController();

  constructor(
    private readonly app: AppState,
    owned: Disposer,
  ) {
    this.matrices = new Fetcher(datumId, fetchMatrix, this.takeMatrix.bind(this), this.takeMatrixError.bind(this));
    this.histories = new HistorySync(app.store);
    for (const fetcher of [this.matrices, this.classInfos, this.similarities, this.histories]) owned.add(() => fetcher.dispose());
    owned.add(effect(() => this.wantMatrices()));
    owned.add(effect(() => this.wantClassInfos()));
    owned.add(effect(() => this.wantSimilarity()));
    owned.add(effect(() => this.wantHistories()));
    owned.add(() => this.stopPolling());
  }

  /** Asks at once when somebody looks again. */
  wake(): void {
    if (this.isAsleep && isSeen()) void this.poll();
  }

  /** Asks for the listing now and then every few seconds while somebody looks. The first answer isn't held up by checking data. */
  async poll(isFirst = false): Promise<void> {
    this.stopPolling();
    this.listingRequest = new AbortController();
    const { signal } = this.listingRequest;
    let hasMore = false;
    this.isAsleep = !isFirst && !isSeen();
    if (!this.isAsleep) {
      const { store } = this.app;
      try {
        const listing = await fetchListing(isFirst, this.listed?.etag ?? null, signal);
        if (signal.aborted) return;
        if (store.listingError.peek() !== null) this.forgetErrors();
        store.listingError.value = null;
        if (listing) this.takeListing(listing);
        hasMore = store.numUnchecked.peek() > 0;
        this.wantClassInfos(); // those that failed
      } catch (error) {
        if (signal.aborted) return;
        store.listingError.value = error instanceof Error ? error.message : String(error);
      }
    }
    this.timer = window.setTimeout(() => void this.poll(), isFirst ? 0 : hasMore ? POLL_UNCHECKED_MS : POLL_MS);
  }

  /** At once, so that nobody sees the old data beside the news that all are checked. */
  private takeListing(listing: Listing): void {
    const { store } = this.app;
    const isNew = JSON.stringify(this.listed?.series) !== JSON.stringify(listing.series);
    this.listed = listing;
    batch(() => {
      store.numUnchecked.value = listing.numUnchecked;
      if (isNew) store.listing.value = listing.series;
    });
  }

  private stopPolling(): void {
    this.listingRequest.abort();
    window.clearTimeout(this.timer);
  }

  private wantMatrices(): void {
    const { cards, moreKeys, playhead, shownSeries, store } = this.app;
    const shown = [...cards.value.flatMap((card) => card.key ?? []), ...moreKeys.value];
    this.shownIds = new Set(shown.map(datumId));
    if (playhead.value !== this.prefetchedFrom) this.prefetchedIds.clear();
    this.prefetchedFrom = playhead.value;
    // What may turn out to be broken is asked for only by whoever wants to see it.
    const around = store.numUnchecked.value > 0 ? [] : shownSeries.value.flatMap((series) => this.keysAround(series));
    const wanted = new Map([...shown, ...around].map((key) => [datumId(key), key]));
    for (const [id, key] of wanted) {
      const decoded = this.cache.get(id);
      if (decoded && !store.matrices.peek().has(id)) queueMicrotask(() => this.takeMatrix(key, decoded));
      if (decoded || store.matrices.peek().has(id)) wanted.delete(id);
    }
    this.matrices.want([...wanted.values()]);
  }

  /** The steps beside the playhead, each once: where they don't all fit into the cache, they would push each other out for ever. */
  private keysAround(series: Series): DatumKey[] {
    const { playhead, steps } = this.app;
    const around = PREFETCHED.map((by) => stepBy(steps.value, playhead.value ?? 0, by));
    return around.flatMap((step) => datumAt(series, step) ?? []).filter((key) => !this.prefetchedIds.has(datumId(key)));
  }

  private wantClassInfos(): void {
    const { listing, moreKeys, shownSeries, store } = this.app;
    const shown = new Set([...shownSeries.value, ...moreKeys.value].map(seriesId));
    const wanted = listing.value.filter((series) => shown.has(seriesId(series)));
    this.classInfos.want(wanted.filter((series) => !store.classInfos.value.has(seriesId(series))));
  }

  private wantSimilarity(): void {
    const key = this.app.arranging.similarityKey.value;
    const known = this.app.store.similarities.peek();
    this.similarities.want(key && !known.has(datumId(key)) ? [key] : []);
  }

  /** After the first picture, which mustn't wait for them. */
  private wantHistories(): void {
    const { isHistoryNeeded } = this.app;
    const series = this.isDrawn.value ? this.app.shownSeries.value : [];
    const isSmall = (one: Series) => one.steps.length * (one.numClasses ?? 0) <= MAX_EAGER_HISTORY;
    this.histories.want(series.filter((one) => isHistoryNeeded.value || isSmall(one)));
  }

  private takeMatrix(key: DatumKey, decoded: DecodedMatrix): void {
    const id = datumId(key);
    this.prefetchedIds.add(id);
    this.cache.set(id, decoded, MATRIX_OVERHEAD_BYTES + BYTES_PER_CELL * decoded.matrix.numCells, (one) => this.shownIds.has(one));
    const { matrices } = this.app.store;
    // The store holds what the cache does, so that it is bounded too.
    const kept = [...matrices.peek()].filter(([one, loaded]) => loaded.kind === "error" || this.cache.has(one));
    matrices.value = new Map(kept).set(id, { kind: "matrix", ...decoded });
  }

  private takeMatrixError(key: DatumKey, message: string): void {
    put(this.app.store.matrices, datumId(key), { kind: "error", message });
  }

  /** What failed while the server was away is asked for again. */
  private forgetErrors(): void {
    const { matrices } = this.app.store;
    matrices.value = new Map([...matrices.peek()].filter(([, loaded]) => loaded.kind === "matrix"));
  }

  /** The same names are one array, so that what is worked out of them is worked out once. */
  private takeClassInfo(series: Series, info: ClassInfo): void {
    const { classInfos } = this.app.store;
    const same = [...classInfos.peek().values()].find((one) => one.classNamesHash === info.classNamesHash);
    const { classNames } = same ?? info;
    // In a task of their own: whoever draws the matrix then has them.
    if (classNames) this.app.namesOf(classNames, classNames.length);
    put(classInfos, seriesId(series), { ...info, classNames });
  }

  private takeSimilarity(key: DatumKey, similarity: Similarity): void {
    put(this.app.store.similarities, datumId(key), similarity);
  }
}

function fetchSeriesClassInfo(series: Series, signal: AbortSignal) {
  return fetchClassInfo(series.run, series.tag, signal);
}

/** Without class names indices are shown, without a similarity the last order: the matrix itself says what is wrong. */
function ignore(): void {}
