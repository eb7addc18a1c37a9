import { type Signal, signal } from "@preact/signals-core";
import type { Similarity } from "../model/class_order";
import type { ClassInfo, Series } from "../model/listing";
import type { ConfusionMatrix } from "../model/matrix";
import type { SeriesHistory } from "../model/series_history";

/** A matrix as it came, or why it didn't. */
export type LoadedMatrix =
  | {
      readonly kind: "matrix";
      readonly matrix: ConfusionMatrix;
      readonly classNamesHash: string;
      readonly ordinal: number;
      readonly isExact: boolean;
    }
  | { readonly kind: "error"; readonly message: string };

/** What came from the server. Only main writes here. */
export class Store {
  /** Null until the first answer. */
  readonly listing = signal<readonly Series[] | null>(null);
  /** How many of the data listed weren't read by the server yet: some of them may be broken. */
  readonly numUnchecked = signal(0);
  /** Why the last listing failed; null when it didn't. */
  readonly listingError = signal<string | null>(null);
  /** By datumId. */
  readonly matrices = signal<ReadonlyMap<string, LoadedMatrix>>(new Map());
  /** By seriesId. */
  readonly classInfos = signal<ReadonlyMap<string, ClassInfo>>(new Map());
  /** By seriesId. */
  readonly histories = signal<ReadonlyMap<string, SeriesHistory>>(new Map());
  /** By datumId. */
  readonly similarities = signal<ReadonlyMap<string, Similarity>>(new Map());
}

/** Puts one entry into a map that others look at: they see a new map. */
export function put<T>(target: Signal<ReadonlyMap<string, T>>, key: string, value: T): void {
  target.value = new Map(target.peek()).set(key, value);
}
