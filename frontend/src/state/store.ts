import { type Signal, signal } from "@preact/signals-core";
import type { ClassInfo, Series } from "../model/listing";
import type { Cell, ConfusionMatrix } from "../model/matrix";

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

/** One cell's history in one series. */
export interface LoadedHistory {
  readonly cell: Cell;
  /** What the series was when it was asked for. */
  readonly version: string;
  readonly steps: readonly number[];
  readonly counts: readonly number[];
  readonly support: readonly number[];
  readonly predictedCount: readonly number[];
  readonly totals: readonly number[];
}

/** What came from the server. Only main writes here. */
export class Store {
  /** Null until the first answer. */
  readonly listing = signal<readonly Series[] | null>(null);
  /** Why the last listing failed; null when it didn't. */
  readonly listingError = signal<string | null>(null);
  /** By datumId. */
  readonly matrices = signal<ReadonlyMap<string, LoadedMatrix>>(new Map());
  /** By seriesId. */
  readonly classInfos = signal<ReadonlyMap<string, ClassInfo>>(new Map());
  /** By seriesId. */
  readonly histories = signal<ReadonlyMap<string, LoadedHistory>>(new Map());
}

/** Puts one entry into a map that others look at: they see a new map. */
export function put<T>(target: Signal<ReadonlyMap<string, T>>, key: string, value: T): void {
  target.value = new Map(target.peek()).set(key, value);
}
