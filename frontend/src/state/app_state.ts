import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { type Arrangement, identityArrangement } from "../model/arrangement";
import { shownClassNames } from "../model/class_names";
import { type ColourRange, colourRange } from "../model/colour_scale";
import { expanded } from "../model/compact_matrix";
import { historyWarnings } from "../model/history_warnings";
import {
  type ClassInfo,
  type DatumKey,
  type DatumRef,
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
import { type Cell, type ConfusionMatrix, isInside } from "../model/matrix";
import { Orientation } from "../model/orientation";
import type { SeriesHistory } from "../model/series_history";
import { matricesOf, numStripCells, type StripSource, type Strips, stripsOf } from "../model/strips";
import { clamped, fullViewport, type Viewport } from "../model/viewport";
import { Arranging, type ClassSet } from "./arranging";
import { Comparing } from "./comparing";
import { type LoadedMatrix, Store } from "./store";
import { Timelines } from "./timelines";
import { type PanelState, ViewState } from "./view_state";

const NO_NAMES: readonly string[] = [];
const DEFAULT_TICKED_RUNS = 4;
const COMPACT_CSS = 1100;
const LARGE_CELLS = 100_000;
const MAX_STRIP_CELLS = 4_000_000;
/** Below this the panels close unless somebody opens them. */
const NARROW_CSS = 760;

/** One series on the page, at the playhead, as it was logged. */
export interface RawCard {
  readonly series: Series;
  readonly colourIndex: number;
  /** The datum that belongs here; null where the series begins after the playhead. */
  readonly key: DatumKey | null;
  /** The datum that is drawn: until the one that belongs here has come, the last one that has. */
  readonly shown: DatumKey | null;
  readonly isTagShown: boolean;
  readonly raw: ConfusionMatrix | null;
  /** What the classes of the raw matrix are called. */
  readonly rawClassNames: readonly string[];
  readonly info: ClassInfo | null;
  readonly isExact: boolean;
  readonly error: string | null;
}

/** A datum that somebody looks at beside the cards: its matrix as it was logged (null until it has come) and its class names. */
export interface LookedAtDatum {
  readonly key: DatumKey;
  readonly raw: ConfusionMatrix | null;
  /** Null where there are none: classes are known by their indices. */
  readonly classNames: readonly string[] | null;
  readonly error: string | null;
}

/** The same, arranged: from here on rows and columns are entries, each a class or a sum of classes. */
export interface Card extends RawCard {
  readonly arrangement: Arrangement;
  /** Arranged when it is first asked for: of a large one that takes a while. */
  readonly matrix: ConfusionMatrix | null;
  /** What the entries are called. */
  readonly classNames: readonly string[];
}

/** A card whose matrix has come. */
export type LoadedCard = Card & { readonly matrix: ConfusionMatrix; readonly raw: ConfusionMatrix };

export function isLoaded(card: Card): card is LoadedCard {
  return card.raw !== null;
}

/** What the pointer is over, and of which series: a cell, or the name or bar of a true (predClass null) or predicted class. */
export interface Hover {
  readonly seriesId: string;
  /** Over a cell's history, the place of the step among those of the strips; null: the step is that of the card. */
  readonly stripPlace: number | null;
  readonly trueClass: number | null;
  readonly predClass: number | null;
}

/** What the page shows, derived from what a link holds and what came from the server. */
export class AppState {
  readonly view = new ViewState();
  readonly store = new Store();
  readonly hover = signal<Hover | null>(null);
  /** What views other than the matrix say of what the pointer is over. */
  readonly hoverSentence = signal<string | null>(null);
  readonly isDark = signal(false);
  /** How wide the page is. */
  readonly widthCss = signal(Number.POSITIVE_INFINITY);
  /** Whether the page is too narrow for two columns within the view; the styles' media queries have the same width. */
  readonly isCompact = computed(() => this.widthCss.value <= COMPACT_CSS);
  readonly isSidebarOpen = computed(() => this.isOpen(this.view.sidebar.value));
  readonly isInspectorOpen = computed(() => this.isOpen(this.view.inspector.value));
  readonly isPlaying = signal(false);
  readonly isHelpOpen = signal(false);
  readonly isExportOpen = signal(false);
  /** Count the times that somebody wanted to copy the link, the table. */
  readonly linkCopyRequests = signal(0);
  readonly tableCopyRequests = signal(0);
  /** Counts the times that somebody wanted to find a class: the finder takes the focus. */
  readonly findRequests = signal(0);

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

  private readonly rawCards: ReadonlySignal<readonly RawCard[]> = computed(() =>
    this.shownSeries.value.map((series) => this.toRawCard(series)),
  );
  private readonly focusedRawCard = computed(() => {
    const [run, tag] = this.view.focus.value ?? [];
    const loaded = this.rawCards.value.filter((card) => card.raw !== null);
    return loaded.find((card) => card.series.run === run && card.series.tag === tag) ?? loaded[0] ?? null;
  });
  private readonly firstRawCard = computed(() => this.rawCards.value.find((one) => one.raw !== null));
  private readonly classNames = computed(() => this.firstRawCard.value?.rawClassNames ?? NO_NAMES);
  private readonly classInfo = computed(() => this.firstRawCard.value?.info ?? null);
  /** The classes that the cards have in common: the same at other steps, so that nothing is arranged anew there. */
  readonly classSet = computed((): ClassSet => ({ classNames: this.classNames.value, info: this.classInfo.value }));
  /** What the order and the choice of classes go by. */
  readonly referenceKey = computed(() => this.resolve(this.view.reference.value) ?? this.focusedRawCard.value?.shown ?? null);
  readonly arranging = new Arranging(this.view, this.store, this.classSet, this.referenceKey, (key) => this.matrixAt(key));
  readonly arrangement = this.arranging.arrangement;

  readonly cards: ReadonlySignal<readonly Card[]> = computed(() => this.rawCards.value.map((card) => this.arrange(card)));
  /** Whose values the colours are to range over; in which order they lie doesn't matter. */
  readonly matrices = computed(() =>
    this.cards.value.flatMap((card) => (card.arrangement.isPermutation ? card.raw : card.matrix) ?? []),
  );
  /** Whether so much is shown that not all of it can be worked out within one frame. */
  readonly isLarge = computed(() => this.matrices.value.reduce((sum, one) => sum + one.numCells, 0) > LARGE_CELLS);
  private readonly stripSources: ReadonlySignal<readonly StripSource[]> = computed(() =>
    this.cards.value.flatMap((card) => {
      const history = this.view.isStrips.value && card.arrangement === this.arrangement.value && this.historyOf(card.series);
      return history ? [{ seriesId: seriesId(card.series), history }] : [];
    }),
  );
  /** Whether the steps hold more cells than can be shown in a moment. */
  readonly areStripsTooLarge = computed(() => numStripCells(this.stripSources.value, this.view.stepRange.value) > MAX_STRIP_CELLS);
  /** The histories of the cells, where cells show them. */
  readonly strips: ReadonlySignal<Strips | null> = computed(() => {
    if (!this.view.isStrips.value || this.areStripsTooLarge.value) return null;
    return stripsOf(this.stripSources.value, this.arrangement.value, this.view.stepRange.value);
  });
  readonly colourRange: ReadonlySignal<ColourRange> = computed(() => {
    const { normalize, scale, isErrorsOnly } = this.view;
    const shown = this.strips.value ? matricesOf(this.strips.value) : this.matrices.value;
    return this.lock.value ?? colourRange(shown, normalize.value, scale.value, isErrorsOnly.value);
  });
  /** The locked colour range, where it is one of what is shown. */
  readonly lock = computed(() => {
    const lock = this.view.lock.value;
    return lock?.normalize === this.view.normalize.value && lock.scale === this.view.scale.value ? lock : null;
  });
  readonly orientation = computed(() => new Orientation(this.view.isTransposed.value));
  /** How many rows and columns the first card has: the viewport is in their units. */
  readonly numClasses = computed(() => this.cards.value.find(isLoaded)?.arrangement.entries.length ?? 0);
  readonly viewport: ReadonlySignal<Viewport> = computed(() => {
    const wanted = this.view.viewport.value;
    return wanted ? clamped(wanted, this.numClasses.value) : fullViewport(this.numClasses.value);
  });
  /** The selected cell, by entries. */
  readonly selection: ReadonlySignal<Cell | null> = computed(() => {
    const cell = this.view.selection.value;
    const mostClasses = Math.max(0, ...this.cards.value.map((card) => card.raw?.numClasses ?? 0));
    return cell && isInside(cell, mostClasses) ? this.arrangement.value.entryCell(cell) : null;
  });
  /** The card that is looked into: the one that was clicked last, else the first that has come. */
  readonly focusedCard = computed(() => {
    const id = this.focusedRawCard.value && seriesId(this.focusedRawCard.value.series);
    return this.cards.value.filter(isLoaded).find((card) => seriesId(card.series) === id) ?? null;
  });
  readonly comparing = new Comparing(this);
  readonly timelines = new Timelines(this);
  /** Data beside those of the cards that are looked at. */
  readonly moreKeys: ReadonlySignal<readonly DatumKey[]> = computed(() => {
    const { view } = this;
    const reference = this.arranging.needsReference.value ? this.referenceKey.value : null;
    const compared = view.view.value === "compare" ? [this.comparing.keyA.value, this.comparing.keyB.value] : [];
    return [reference, this.resolve(view.baseline.value), ...compared].filter((key) => key !== null);
  });
  /** Whether something on the page shows steps beside that of the playhead. */
  readonly isHistoryNeeded = computed(() => {
    const { view } = this;
    return !["matrix", "compare"].includes(view.view.value) || view.isStrips.value || view.selection.value !== null;
  });
  /** What the listing tells of all series, and then what the steps of those shown tell, as far as they have come. */
  readonly warnings: ReadonlySignal<readonly string[]> = computed(() => [
    ...this.listing.value.flatMap((one) => one.warnings),
    ...this.shownSeries.value.flatMap((one) => this.historyWarningsOf(one)),
  ]);

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

  /** All steps of a series; null until the first have come. */
  historyOf(series: Series): SeriesHistory | null {
    return this.store.histories.value.get(seriesId(series)) ?? null;
  }

  /** The datum that somebody chose, at its step or the last before it; null where there is none. */
  resolve(ref: DatumRef | null): DatumKey | null {
    const series = ref && this.listing.value.find((one) => one.run === ref.run && one.tag === ref.tag);
    const step = ref?.step ?? this.playhead.value;
    return series && step !== null ? datumAt(series, step) : null;
  }

  /** What a series' changes are told against: the pinned baseline, else its own first step; null where that can't be had. */
  baselineOf(series: Series): LookedAtDatum | null {
    const pinned = this.view.baseline.value;
    const [step, wallTime] = [series.steps[0], series.wallTimes[0]];
    if (pinned !== null || step === undefined || wallTime === undefined) return this.lookAt(this.resolve(pinned));
    const first = this.historyOf(series)?.data[0];
    const key = { run: series.run, tag: series.tag, step, wallTime };
    if (first?.step !== step || first.wallTime !== wallTime) return { key, raw: null, classNames: null, error: null };
    return { key, raw: expanded(first.matrix), classNames: this.loggedNames(key, first.classNamesHash), error: null };
  }

  /** A datum of `moreKeys`, as far as it has come. */
  lookAt(key: DatumKey | null): LookedAtDatum | null {
    if (key === null) return null;
    const loaded = this.store.matrices.value.get(datumId(key));
    if (loaded?.kind !== "matrix") return { key, raw: null, classNames: null, error: loaded?.message ?? null };
    return { key, raw: loaded.matrix, classNames: this.loggedNames(key, loaded.classNamesHash), error: null };
  }

  /** The class that averages of a series leave out; null: none. */
  leftOutOf(series: Pick<Series, "run" | "tag">): number | null {
    return this.view.isSpecialLeftOut.value ? this.specialClassOf(series) : null;
  }

  private specialClassOf(series: Pick<Series, "run" | "tag">): number | null {
    return this.store.classInfos.value.get(seriesId(series))?.specialClass ?? null;
  }

  private historyWarningsOf(series: Series): readonly string[] {
    const history = this.historyOf(series);
    if (history === null) return [];
    const classNames = this.store.classInfos.value.get(seriesId(series))?.classNames ?? [];
    return historyWarnings(`${series.run} · ${series.tag}`, history, classNames, this.specialClassOf(series));
  }

  /** The class names of a series where they are those of a datum. */
  private loggedNames(key: DatumKey, classNamesHash: string): readonly string[] | null {
    const info = this.store.classInfos.value.get(seriesId(key));
    return info?.classNamesHash === classNamesHash ? info.classNames : null;
  }

  /** A matrix that has come, as it was logged. */
  matrixAt(key: DatumKey): ConfusionMatrix | null {
    const loaded = this.store.matrices.value.get(datumId(key));
    return loaded?.kind === "matrix" ? loaded.matrix : null;
  }

  private readonly shownNames = new Map<readonly string[] | number, readonly string[]>();
  private readonly lastShown = new Map<string, DatumKey>();

  private isOpen(panel: PanelState): boolean {
    return panel === "auto" ? this.widthCss.value >= NARROW_CSS : panel === "open";
  }

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
  namesOf(classNames: readonly string[] | null, numClasses: number): readonly string[] {
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

  private toRawCard(series: Series): RawCard {
    const playhead = this.playhead.value;
    const key = playhead === null ? null : datumAt(series, playhead);
    const { shown, loaded } = this.lastLoaded(series, key);
    const raw = loaded?.kind === "matrix" ? loaded.matrix : null;
    const info = this.store.classInfos.value.get(seriesId(series)) ?? null;
    const isNamed = loaded?.kind === "matrix" && info?.classNamesHash === loaded.classNamesHash;
    return {
      series,
      colourIndex: this.colourIndexOf(series.run),
      key,
      shown,
      isTagShown: this.shownTags.value.length > 1,
      raw,
      rawClassNames: this.namesOf(isNamed ? info.classNames : null, raw?.numClasses ?? 0),
      info: isNamed ? info : null,
      isExact: loaded?.kind !== "matrix" || loaded.isExact,
      error: loaded?.kind === "error" ? loaded.message : null,
    };
  }

  /** A card of other classes stays as it was logged. */
  private arrange(card: RawCard): Card {
    const common = this.arrangement.value;
    const isCommon = card.raw === null || card.raw.numClasses === common.entryOf.length;
    const arrangement = isCommon ? common : identityArrangement(card.rawClassNames);
    // The same names for the same classes, so that what is measured of them is measured once.
    const classNames = arrangement.isIdentity ? card.rawClassNames : arrangement.names;
    return {
      ...card,
      arrangement,
      classNames,
      get matrix() {
        return card.raw && arrangement.matrix(card.raw);
      },
    };
  }
}
