import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { type ColourRange, SCALES, type ScaleKind } from "../model/colour_scale";
import type { Cell } from "../model/matrix";
import { NORMALIZATIONS, type Normalize } from "../model/normalize";
import type { Viewport } from "../model/viewport";

export const VIEWS = ["matrix"] as const;
export type ViewName = (typeof VIEWS)[number];

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
  readonly selection = signal<Cell | null>(null);
  /** The series that is looked into, as [run, tag]; null: the first card's. */
  readonly focus = signal<readonly string[] | null>(null);

  /** Takes over what a link says; what it doesn't say, or says wrongly, is the default. */
  load(link: ReadonlyMap<string, string>): void {
    batch(() => {
      for (const field of FIELDS) field.load(this, link);
    });
  }

  /**
   * What a link has to say.
   *
   * @param moreTicks runs that are ticked, or not, though nobody said so.
   */
  save(moreTicks: ReadonlyMap<string, boolean> = new Map()): Map<string, string> {
    const link = new Map(FIELDS.flatMap((field) => field.save(this)));
    const ticks = ticksToText(new Map([...this.runTicks.value, ...moreTicks]));
    return ticks === null ? link : link.set("runs", ticks);
  }
}

/** A colour range, and what it is a range of: with anything else it doesn't hold. */
export interface ColourLock extends ColourRange {
  readonly normalize: Normalize;
  readonly scale: ScaleKind;
}

interface Field {
  readonly load: (state: ViewState, link: ReadonlyMap<string, string>) => void;
  readonly save: (state: ViewState) => [string, string][];
}

/** A field of a link: how it is told, and how it is checked when it comes back (undefined: invalid). */
function field<T>(
  key: string,
  signalOf: (state: ViewState) => Signal<T>,
  toText: (value: T) => string | null,
  fromText: (text: string) => T | undefined,
  defaultValue: T,
): Field {
  return {
    load: (state, link) => {
      const text = link.get(key);
      const target = signalOf(state);
      const value = (text === undefined ? undefined : fromText(text)) ?? defaultValue;
      // The same value in a new object isn't a change: a link that is loaded again must not redraw.
      if (toText(target.peek()) !== toText(value)) target.value = value;
    },
    save: (state) => {
      const text = toText((signalOf(state) as ReadonlySignal<T>).value);
      return text === null ? [] : [[key, text]];
    },
  };
}

function choice<T extends string>(
  key: string,
  signalOf: (state: ViewState) => Signal<T>,
  choices: readonly T[],
  defaultValue: T,
): Field {
  const fromText = (text: string) => choices.find((one) => one === text);
  return field(key, signalOf, (value) => (value === defaultValue ? null : value), fromText, defaultValue);
}

function flag(key: string, signalOf: (state: ViewState) => Signal<boolean>): Field {
  return field(
    key,
    signalOf,
    (isOn) => (isOn ? "1" : null),
    (text) => text === "1",
    false,
  );
}

const FIELDS: readonly Field[] = [
  choice("view", (state) => state.view, VIEWS, "matrix"),
  field(
    "filter",
    (state) => state.runFilter,
    (text) => text || null,
    (text) => text,
    "",
  ),
  field("runs", (state) => state.runTicks, ticksToText, ticksFromText, new Map()),
  field("tag", (state) => state.tags, namesToText, namesFromText, []),
  field(
    "step",
    (state) => state.step,
    (step) => (step === null ? null : String(step)),
    (text) => (/^-?\d{1,16}$/.test(text) ? Number(text) : undefined),
    null,
  ),
  choice("normalize", (state) => state.normalize, NORMALIZATIONS, "true"),
  choice("scale", (state) => state.scale, SCALES, "linear"),
  flag("errors", (state) => state.isErrorsOnly),
  flag("transpose", (state) => state.isTransposed),
  field(
    "lock",
    (state) => state.lock,
    (lock) => lock && [lock.normalize, lock.scale, lock.min, lock.max].join(","),
    lockFromText,
    null,
  ),
  field(
    "zoom",
    (state) => state.viewport,
    (viewport) =>
      viewport && [viewport.firstTrue, viewport.firstPred, viewport.span].map((one) => Number(one.toFixed(3))).join(","),
    viewportFromText,
    null,
  ),
  field(
    "cell",
    (state) => state.selection,
    (cell) => cell && `${cell.trueClass},${cell.predClass}`,
    cellFromText,
    null,
  ),
  field(
    "on",
    (state) => state.focus,
    (focus) => focus && namesToText(focus),
    (text) => (namesFromText(text)?.length === 2 ? namesFromText(text) : undefined),
    null,
  ),
];

function namesToText(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(",");
}

function namesFromText(text: string): string[] | undefined {
  try {
    return text.split(",").map(decodeURIComponent);
  } catch {
    return undefined; // a cut-off escape
  }
}

/** Ticked by hand: +run; unticked by hand: -run. */
function ticksToText(ticks: ReadonlyMap<string, boolean>): string | null {
  return namesToText([...ticks].map(([run, isTicked]) => (isTicked ? "+" : "-") + run).sort());
}

function ticksFromText(text: string): Map<string, boolean> | undefined {
  return namesFromText(text) && new Map(namesFromText(text)?.map((name) => [name.slice(1), name.startsWith("+")]));
}

function numbersFromText(text: string, count: number): number[] | undefined {
  const numbers = text.split(",").map(Number);
  return numbers.length === count && numbers.every((one) => Number.isFinite(one) && one >= 0) ? numbers : undefined;
}

function lockFromText(text: string): ColourLock | undefined {
  const [normalizeText, scaleText, ...rest] = text.split(",");
  const normalize = NORMALIZATIONS.find((one) => one === normalizeText);
  const scale = SCALES.find((one) => one === scaleText);
  const [min, max] = numbersFromText(rest.join(","), 2) ?? [];
  return normalize && scale && max ? { normalize, scale, min: min as number, max } : undefined;
}

function viewportFromText(text: string): Viewport | undefined {
  const [firstTrue, firstPred, span] = numbersFromText(text, 3) ?? [];
  return span ? { firstTrue: firstTrue as number, firstPred: firstPred as number, span } : undefined;
}

function cellFromText(text: string): Cell | undefined {
  const [trueClass, predClass] = numbersFromText(text, 2) ?? [];
  if (!Number.isInteger(trueClass) || !Number.isInteger(predClass)) return undefined;
  return { trueClass: trueClass as number, predClass: predClass as number };
}
