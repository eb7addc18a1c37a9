import { computed, type ReadonlySignal } from "@preact/signals-core";
import { matchClasses } from "../model/class_match";
import { type Comparison, comparisonSteps } from "../model/comparison";
import type { DatumKey } from "../model/listing";
import type { Cell } from "../model/matrix";
import { type MetricComparison, metricComparisonSteps } from "../model/metric_intervals";
import { shareOf } from "../model/sentence";
import type { AppState, LookedAtDatum } from "./app_state";
import { inSlices } from "./in_slices";

/** One of the two that are compared. */
export interface Side extends LookedAtDatum {
  readonly title: string;
}

/** Two sides, and how they differ. */
export interface Compared {
  readonly a: Side;
  readonly b: Side;
  readonly comparison: Comparison;
}

/** What is compared with what: chosen, or what suggests itself. */
export class Comparing {
  constructor(private readonly app: AppState) {}

  /** The baseline, else the first card, else its own first step where it is alone. */
  readonly keyA: ReadonlySignal<DatumKey | null> = computed(() => {
    const { view } = this.app;
    const chosen = this.app.resolve(view.a.value) ?? this.app.resolve(view.baseline.value);
    if (chosen) return chosen;
    const [first, second] = this.app.cards.value;
    if (second || !first) return first?.key ?? null;
    const [step, wallTime] = [first.series.steps[0], first.series.wallTimes[0]];
    if (step === undefined || wallTime === undefined) return null;
    return { run: first.series.run, tag: first.series.tag, step, wallTime };
  });
  readonly keyB: ReadonlySignal<DatumKey | null> = computed(() => {
    const { view } = this.app;
    const chosen = this.app.resolve(view.b.value);
    if (chosen) return chosen;
    const [first, second] = this.app.cards.value;
    const isBaseline = view.a.value === null && view.baseline.value !== null;
    return (isBaseline ? this.app.focusedCard.value?.key : null) ?? (second ?? first)?.key ?? null;
  });

  readonly a = computed(() => this.toSide(this.keyA.value));
  readonly b = computed(() => this.toSide(this.keyB.value));

  /** Whether both have the classes of the page's arrangement, so that they are compared as they are arranged. */
  readonly isArranged = computed(() => {
    const numClasses = this.app.arrangement.value.entryOf.length;
    const [a, b] = [this.a.value, this.b.value];
    if (a?.raw?.numClasses !== numClasses || b?.raw?.numClasses !== numClasses) return false;
    return JSON.stringify(a.classNames) === JSON.stringify(b.classNames) || a.classNames === null || b.classNames === null;
  });

  /** Whether the list of changes stands beside the matrix; else it is in the inspector. */
  readonly isListBeside = computed(() => !this.app.isCompact.value || !this.app.isInspectorOpen.value);

  /** Null until both have come. Of large ones it is the last comparison until all is tested. */
  readonly compared: ReadonlySignal<Compared | null> = inSlices(() => {
    const [a, b] = [this.a.value, this.b.value];
    const steps = a && b && this.comparisonSteps(a, b);
    return steps && comparedSteps(a, b, steps);
  });
  readonly comparison: ReadonlySignal<Comparison | null> = computed(() => this.compared.value?.comparison ?? null);

  /** The overall metrics of both; null as long as `comparison` may be. */
  readonly metrics: ReadonlySignal<readonly MetricComparison[] | null> = inSlices(() => {
    const [keyA, keyB, a, b] = [this.keyA.value, this.keyB.value, this.a.value?.raw, this.b.value?.raw];
    if (!keyA || !keyB || !a || !b) return null;
    return metricComparisonSteps(
      { matrix: a, leftOut: this.app.leftOutOf(keyA) },
      { matrix: b, leftOut: this.app.leftOutOf(keyB) },
    );
  });

  /** The names of the rows and columns that are compared. */
  readonly names = computed(() => this.comparison.value?.match.pairs.map((pair) => pair.name) ?? []);

  /** The selected cell by the places of its classes among those compared; null: none, or not among them. */
  readonly selection: ReadonlySignal<Cell | null> = computed(() => {
    const selection = this.app.view.selection.value;
    const pairs = this.comparison.value?.match.pairs ?? [];
    if (!selection) return null;
    const placed = this.isArranged.value
      ? this.app.arrangement.value.entryCell(selection)
      : {
          trueClass: pairs.findIndex((pair) => pair.classA === selection.trueClass),
          predClass: pairs.findIndex((pair) => pair.classA === selection.predClass),
        };
    const isPlaced = (place: number) => place >= 0 && place < pairs.length;
    return isPlaced(placed.trueClass) && isPlaced(placed.predClass) ? placed : null;
  });

  /** Selects a cell by the places of its classes. */
  select(cell: Cell | null): void {
    const pairs = this.comparison.peek()?.match.pairs ?? [];
    if (cell === null || this.isArranged.peek()) {
      this.app.view.selection.value = cell && this.app.arrangement.peek().classCell(cell);
      return;
    }
    const at = (place: number) => pairs[place]?.classA ?? 0;
    this.app.view.selection.value = { trueClass: at(cell.trueClass), predClass: at(cell.predClass) };
  }

  /** Exchanges A and B, which from then on are chosen; one that follows the playhead goes on doing so. */
  swap(): void {
    const { view } = this.app;
    const [a, b] = [view.a.peek() ?? this.refOf(this.keyA.peek()), view.b.peek() ?? this.refOf(this.keyB.peek())];
    [view.a.value, view.b.value] = [b, a];
  }

  private comparisonSteps(a: Side, b: Side): Generator<void, Comparison> | null {
    if (!a.raw || !b.raw) return null;
    const share = shareOf(this.app.view.normalize.value);
    if (!this.isArranged.value) {
      const match = matchClasses(a.classNames, a.raw.numClasses, b.classNames, b.raw.numClasses);
      return comparisonSteps(a.raw, b.raw, match, share);
    }
    const arrangement = this.app.arrangement.value;
    const pairs = arrangement.names.map((name, i) => ({ name, classA: i, classB: i }));
    return comparisonSteps(arrangement.matrix(a.raw), arrangement.matrix(b.raw), { pairs, onlyInA: [], onlyInB: [] }, share);
  }

  private refOf(key: DatumKey | null) {
    const isAtPlayhead = this.app.cards
      .peek()
      .some((card) => card.key && key && card.key.run === key.run && card.key.step === key.step);
    return key && { run: key.run, tag: key.tag, step: isAtPlayhead ? null : key.step };
  }

  private toSide(key: DatumKey | null): Side | null {
    const datum = this.app.lookAt(key);
    if (!datum) return null;
    const hasTags = this.keyA.value?.tag !== this.keyB.value?.tag;
    return { ...datum, title: `${datum.key.run}${hasTags ? ` · ${datum.key.tag}` : ""}` };
  }
}

function* comparedSteps(a: Side, b: Side, steps: Generator<void, Comparison>): Generator<void, Compared> {
  return { a, b, comparison: yield* steps };
}
