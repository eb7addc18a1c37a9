import { signal } from "@preact/signals-core";
import { ORDERS, type OrderKind } from "../model/class_order";
import { SCALES, type ScaleKind } from "../model/colour_scale";
import type { DatumRef } from "../model/listing";
import type { Cell } from "../model/matrix";
import { OVERALL_METRICS, type OverallMetric } from "../model/metrics";
import { NORMALIZATIONS, type Normalize } from "../model/normalize";
import { RANKINGS, type Ranking } from "../model/ranking";
import { SHOWN, type ShownKind } from "../model/shown_classes";
import { CLASS_RATES, type ClassRate } from "../model/timeline";
import type { Viewport } from "../model/viewport";
import { choice, count, type Field, field, flag, loadFields } from "./link_fields";
import {
  CELL,
  CLASSES,
  type ColourLock,
  DATUM,
  LOCK,
  NAMES,
  SERIES,
  SORTING,
  type Sorting,
  STEP,
  STEP_RANGE,
  TEXT,
  TICKS,
  VIEWPORT,
} from "./link_notations";

export const VIEWS = ["matrix", "timeline", "classes", "confusions", "compare"] as const;
export type ViewName = (typeof VIEWS)[number];

export const PANEL_STATES = ["auto", "open", "closed"] as const;
export type PanelState = (typeof PANEL_STATES)[number];

const DEFAULT_NUM_CONFUSED = 20;
const DEFAULT_MIN_OUT_OF = 10;

/** All that a link holds. The default of each field serialises to nothing. */
export class ViewState {
  readonly view = signal<ViewName>("matrix");
  readonly runFilter = signal("");
  /** Runs ticked or unticked by hand; the others are as by default. */
  readonly runTicks = signal<ReadonlyMap<string, boolean>>(new Map());
  /** Empty: the default tag. The first is the picked one, the others stand beside it. */
  readonly tags = signal<readonly string[]>([]);
  /** Null: follow the latest. */
  readonly step = signal<number | null>(null);
  readonly normalize = signal<Normalize>("true");
  readonly scale = signal<ScaleKind>("linear");
  readonly isErrorsOnly = signal(false);
  readonly isTransposed = signal(false);
  /** A colour range that holds over steps and runs; null: that of what is seen. */
  readonly lock = signal<ColourLock | null>(null);
  /** Null: the whole matrix. */
  readonly viewport = signal<Viewport | null>(null);
  /** By class indices, whatever the order; a sum of classes is named by its first. The diagonal is a class. */
  readonly selection = signal<Cell | null>(null);
  /** The series that is looked into, as [run, tag]; null: the first card's. */
  readonly focus = signal<readonly string[] | null>(null);

  readonly order = signal<OrderKind>("index");
  /** What the order and the choice of classes go by; null: the series that is looked into, at the playhead. */
  readonly reference = signal<DatumRef | null>(null);
  /** Groups shown as their sums: "=name" of a given one, else its class indices with dots between them. */
  readonly collapsed = signal<readonly string[]>([]);
  readonly shown = signal<ShownKind>("all");
  readonly chosen = signal<readonly number[]>([]);
  readonly numConfused = signal(DEFAULT_NUM_CONFUSED);
  /** Whether averages over classes leave out the special class. */
  readonly isSpecialLeftOut = signal(false);
  /** Whether cells show their history. */
  readonly isStrips = signal(false);
  /** The steps that histories are looked at over; null: all. */
  readonly stepRange = signal<readonly [number, number] | null>(null);

  readonly classRate = signal<ClassRate>("recall");
  /** Drawn above the classes of the Timeline. */
  readonly overall = signal<OverallMetric>("accuracy");
  readonly isForgottenMarked = signal(true);
  /** Null: in the class order. */
  readonly sorting = signal<Sorting | null>(null);
  readonly ranking = signal<Ranking>("count");
  /** Rates out of fewer samples aren't ranked. */
  readonly minOutOf = signal(DEFAULT_MIN_OUT_OF);
  /** What changes are told against; null: the first step of the same series. */
  readonly baseline = signal<DatumRef | null>(null);
  /** The two that are compared; null: those that suggest themselves. */
  readonly a = signal<DatumRef | null>(null);
  readonly b = signal<DatumRef | null>(null);
  readonly isSignificantOnly = signal(true);

  /** Auto: open where there is room. */
  readonly sidebar = signal<PanelState>("auto");
  readonly inspector = signal<PanelState>("auto");

  load(link: ReadonlyMap<string, string>): void {
    loadFields(FIELDS, this, link);
  }

  /**
   * What a link has to say.
   *
   * @param moreTicks runs that are ticked, or not, though nobody said so.
   */
  save(moreTicks: ReadonlyMap<string, boolean> = new Map()): Map<string, string> {
    const link = new Map(FIELDS.flatMap((one) => one.save(this)));
    const ticks = TICKS.toText(new Map([...this.runTicks.value, ...moreTicks]));
    return ticks === null ? link : link.set("runs", ticks);
  }
}

const FIELDS: readonly Field<ViewState>[] = [
  choice("view", (state) => state.view, VIEWS, "matrix"),
  field("filter", (state) => state.runFilter, TEXT, ""),
  field("runs", (state) => state.runTicks, TICKS, new Map()),
  field("tag", (state) => state.tags, NAMES, []),
  field("step", (state) => state.step, STEP, null),
  choice("normalize", (state) => state.normalize, NORMALIZATIONS, "true"),
  choice("scale", (state) => state.scale, SCALES, "linear"),
  flag("errors", (state) => state.isErrorsOnly),
  flag("transpose", (state) => state.isTransposed),
  field("lock", (state) => state.lock, LOCK, null),
  field("zoom", (state) => state.viewport, VIEWPORT, null),
  field("cell", (state) => state.selection, CELL, null),
  field("on", (state) => state.focus, SERIES, null),
  choice("order", (state) => state.order, ORDERS, "index"),
  field("of", (state) => state.reference, DATUM, null),
  field("collapse", (state) => state.collapsed, NAMES, []),
  choice("show", (state) => state.shown, SHOWN, "all"),
  field("classes", (state) => state.chosen, CLASSES, []),
  count("most", (state) => state.numConfused, DEFAULT_NUM_CONFUSED),
  flag("without_special", (state) => state.isSpecialLeftOut),
  flag("strips", (state) => state.isStrips),
  field("steps", (state) => state.stepRange, STEP_RANGE, null),
  choice("rate", (state) => state.classRate, CLASS_RATES, "recall"),
  choice("overall", (state) => state.overall, OVERALL_METRICS, "accuracy"),
  flag("forgotten", (state) => state.isForgottenMarked, true),
  field("sort", (state) => state.sorting, SORTING, null),
  choice("rank", (state) => state.ranking, RANKINGS, "count"),
  count("min", (state) => state.minOutOf, DEFAULT_MIN_OUT_OF),
  field("baseline", (state) => state.baseline, DATUM, null),
  field("a", (state) => state.a, DATUM, null),
  field("b", (state) => state.b, DATUM, null),
  choice("sidebar", (state) => state.sidebar, PANEL_STATES, "auto"),
  choice("inspector", (state) => state.inspector, PANEL_STATES, "auto"),
  flag("significant", (state) => state.isSignificantOnly, true),
];
