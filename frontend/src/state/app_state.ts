import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { shownClassNames } from "../model/class_names";
import { type ColourRange, colourRange } from "../model/colour_scale";
import {
  type DatumKey,
  datumAt,
  datumId,
  defaultTag,
  nearestStep,
  passesFilter,
  runsOf,
  type Series,
  seriesId,
  tagsOf,
  unionOfSteps,
} from "../model/listing";
import { type ConfusionMatrix, isInside, isSameCell } from "../model/matrix";
import { Orientation } from "../model/orientation";
import { clamped, fullViewport, type Viewport } from "../model/viewport";
import { type LoadedHistory, type LoadedMatrix, Store } from "./store";
import { ViewState } from "./view_state";

const DEFAULT_TICKED_RUNS = 4;

/** One series on the page, at the playhead. */
export interface Card {
  readonly series: Series;
  readonly colourIndex: number;
  /** The datum that belongs here; null where the series begins after the playhead. */
  readonly key: DatumKey | null;
  /** The datum that is drawn: until the one that belongs here has come, the last one that has. */
  readonly shown: DatumKey | null;
  readonly isTagShown: boolean;
  readonly matrix: ConfusionMatrix | null;
  readonly classNames: readonly string[];
  readonly isExact: boolean;
  readonly error: string | null;
}

/** A card whose matrix has come. */
export type LoadedCard = Card & { readonly matrix: ConfusionMatrix };

export function isLoaded(card: Card): card is LoadedCard {
  return card.matrix !== null;
}

/** What the pointer is over, and on which card: a cell, or the name or bar of a true (predClass null) or predicted class. */
export interface Hover {
  readonly seriesId: string;
  readonly trueClass: number | null;
  readonly predClass: number | null;
}

/** What the page shows, derived from what a link holds and what came from the server. */
export class AppState {
  readonly view = new ViewState();
  readonly store = new Store();
  readonly hover = signal<Hover | null>(null);
  readonly isDark = signal(false);
  readonly isPlaying = signal(false);
  readonly isHelpOpen = signal(false);

  readonly listing = computed(() => this.store.listing.value ?? []);
  readonly runs = computed(() => runsOf(this.listing.value));
  readonly filteredRuns = computed(() => this.runs.value.filter((run) => passesFilter(run, this.view.runFilter.value)));
  readonly tags = computed(() => tagsOf(this.listing.value));

  /** Ticked unless somebody unticks them: once a run is among them it stays, so that a new run moves nothing. */
  private readonly defaultRuns = signal<ReadonlySet<string>>(new Set());
  private readonly colourOrder = signal<ReadonlyMap<string, number>>(new Map());
  readonly tickedRuns: ReadonlySignal<ReadonlySet<string>> = computed(() => {
    const ticks = this.view.runTicks.value;
    return new Set(this.runs.value.filter((run) => ticks.get(run) ?? this.defaultRuns.value.has(run)));
  });

  /** The picked tag, then those beside it. */
  readonly shownTags = computed(() => {
    const picked = this.view.tags.value.filter((tag) => this.tags.value.includes(tag));
    const first = picked[0] ?? defaultTag(this.tags.value);
    return first === null ? [] : [first, ...picked.slice(1)];
  });

  readonly shownSeries = computed(() => {
    const tags = this.shownTags.value;
    const shown = this.listing.value.filter(
      (one) => this.tickedRuns.value.has(one.run) && passesFilter(one.run, this.view.runFilter.value) && tags.includes(one.tag),
    );
    const place = (one: Series) => this.runs.value.indexOf(one.run) * tags.length + tags.indexOf(one.tag);
    return shown.sort((a, b) => place(a) - place(b));
  });

  readonly steps = computed(() => unionOfSteps(this.shownSeries.value));
  readonly isFollowing = computed(() => this.view.step.value === null);
  /** The step that is looked at; null when there is none. */
  readonly playhead = computed(() => {
    const wanted = this.view.step.value;
    return wanted === null
      ? (this.steps.value.at(-1) ?? null)
      : this.steps.value.length > 0
        ? nearestStep(this.steps.value, wanted)
        : null;
  });

  readonly cards: ReadonlySignal<readonly Card[]> = computed(() => this.shownSeries.value.map((series) => this.toCard(series)));
  readonly matrices = computed(() => this.cards.value.flatMap((card) => card.matrix ?? []));
  readonly colourRange: ReadonlySignal<ColourRange> = computed(() => {
    const { normalize, scale, isErrorsOnly } = this.view;
    return this.lock.value ?? colourRange(this.matrices.value, normalize.value, scale.value, isErrorsOnly.value);
  });
  /** The locked colour range, where it is one of what is shown. */
  readonly lock = computed(() => {
    const lock = this.view.lock.value;
    return lock?.normalize === this.view.normalize.value && lock.scale === this.view.scale.value ? lock : null;
  });
  readonly orientation = computed(() => new Orientation(this.view.isTransposed.value));
  /** The first card's K: the viewport is in its units. */
  readonly numClasses = computed(() => this.matrices.value[0]?.numClasses ?? 0);
  readonly viewport: ReadonlySignal<Viewport> = computed(() => {
    const wanted = this.view.viewport.value;
    return wanted ? clamped(wanted, this.numClasses.value) : fullViewport(this.numClasses.value);
  });
  readonly selection = computed(() => {
    const cell = this.view.selection.value;
    return cell && isInside(cell, Math.max(0, ...this.matrices.value.map((matrix) => matrix.numClasses))) ? cell : null;
  });
  /** The card that is looked into: the one that was clicked last, else the first that has come. */
  readonly focusedCard = computed(() => {
    const [run, tag] = this.view.focus.value ?? [];
    const loaded = this.cards.value.filter(isLoaded);
    return loaded.find((card) => card.series.run === run && card.series.tag === tag) ?? loaded[0] ?? null;
  });
  readonly warnings = computed(() => this.listing.value.flatMap((one) => one.warnings));

  /** Remembers, as runs come, which are ticked by default and how each is coloured; returns how to stop. */
  connect(): () => void {
    const stopColouring = effect(() => {
      const known = this.colourOrder.peek();
      const added = this.runs.value.filter((run) => !known.has(run));
      if (added.length > 0) this.colourOrder.value = new Map([...known, ...added.map((run, i) => [run, known.size + i] as const)]);
    });
    const stopTicking = effect(() => {
      const chosen = this.defaultRuns.peek();
      if (chosen.size >= DEFAULT_TICKED_RUNS) return;
      const added = this.runs.value.filter((run) => !chosen.has(run)).slice(0, DEFAULT_TICKED_RUNS - chosen.size);
      if (added.length > 0) this.defaultRuns.value = new Set([...chosen, ...added]);
    });
    return () => {
      stopColouring();
      stopTicking();
    };
  }

  /** The selected cell's history in a series; null until it has come. */
  historyOf(id: string): LoadedHistory | null {
    const history = this.store.histories.value.get(id);
    return history && isSameCell(history.cell, this.selection.value) ? history : null;
  }

  private readonly shownNames = new Map<readonly string[] | number, readonly string[]>();
  private readonly lastShown = new Map<string, DatumKey>();

  /** Runs are coloured in the order in which they came, so that a new one takes no other's colour. */
  colourIndexOf(run: string): number {
    return this.colourOrder.value.get(run) ?? 0;
  }

  private lastLoaded(series: Series, key: DatumKey | null): { shown: DatumKey | null; loaded: LoadedMatrix | null } {
    const id = seriesId(series);
    const matrices = this.store.matrices.value;
    const drawn = key && matrices.has(datumId(key)) ? key : (this.lastShown.get(id) ?? null);
    if (key === null || drawn === null) return { shown: null, loaded: null };
    this.lastShown.set(id, drawn);
    return { shown: drawn, loaded: matrices.get(datumId(drawn)) ?? null };
  }

  /** The same list for the same names, so that what is measured of them is measured once. */
  private namesOf(classNames: readonly string[] | null, numClasses: number): readonly string[] {
    const key = classNames ?? numClasses;
    const known = this.shownNames.get(key);
    if (known?.length === numClasses) return known;
    const names = shownClassNames(classNames, numClasses);
    this.shownNames.set(key, names);
    return names;
  }

  /** What a link has to say: the view, and the runs shown by default where a fresh page would show others. */
  link(): Map<string, string> {
    const fresh = new Set(this.runs.value.slice(0, DEFAULT_TICKED_RUNS));
    const shown = this.defaultRuns.value;
    const differing = this.runs.value.filter((run) => fresh.has(run) !== shown.has(run) && !this.view.runTicks.value.has(run));
    return this.view.save(new Map(differing.map((run) => [run, shown.has(run)])));
  }

  private toCard(series: Series): Card {
    const playhead = this.playhead.value;
    const key = playhead === null ? null : datumAt(series, playhead);
    const { shown, loaded } = this.lastLoaded(series, key);
    const matrix = loaded?.kind === "matrix" ? loaded.matrix : null;
    const info = this.store.classInfos.value.get(seriesId(series));
    const isNamed = loaded?.kind === "matrix" && info?.classNamesHash === loaded.classNamesHash;
    return {
      series,
      colourIndex: this.colourIndexOf(series.run),
      key,
      shown,
      isTagShown: this.shownTags.value.length > 1,
      matrix,
      classNames: this.namesOf(isNamed ? info.classNames : null, matrix?.numClasses ?? 0),
      isExact: loaded?.kind !== "matrix" || loaded.isExact,
      error: loaded?.kind === "error" ? loaded.message : null,
    };
  }
}
