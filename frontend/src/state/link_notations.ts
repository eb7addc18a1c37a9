import { type ColourRange, SCALES, type ScaleKind } from "../model/colour_scale";
import type { DatumRef } from "../model/listing";
import type { Cell } from "../model/matrix";
import { NORMALIZATIONS, type Normalize } from "../model/normalize";
import type { Viewport } from "../model/viewport";
import { type Notation, namesFromText, namesToText, numbersFromText, stepFromText } from "./link_fields";

/** A colour range, and what it is a range of: with anything else it doesn't hold. */
export interface ColourLock extends ColourRange {
  readonly normalize: Normalize;
  readonly scale: ScaleKind;
}

/** A column that a table is sorted by. */
export interface Sorting {
  readonly column: string;
  readonly isDescending: boolean;
}

export const TEXT: Notation<string> = { toText: (text) => text || null, fromText: (text) => text };

export const NAMES: Notation<readonly string[]> = { toText: namesToText, fromText: namesFromText };

/** Ticked by hand: +run; unticked by hand: -run. */
export const TICKS: Notation<ReadonlyMap<string, boolean>> = {
  toText: (ticks) => namesToText([...ticks].map(([run, isTicked]) => (isTicked ? "+" : "-") + run).sort()),
  fromText: (text) => namesFromText(text) && new Map(namesFromText(text)?.map((name) => [name.slice(1), name.startsWith("+")])),
};

export const STEP: Notation<number | null> = { toText: (step) => (step === null ? null : String(step)), fromText: stepFromText };

/** The first and the last of some steps. */
export const STEP_RANGE: Notation<readonly [number, number] | null> = {
  toText: (range) => range?.join(",") ?? null,
  fromText: (text) => {
    const [first, last, ...rest] = text.split(",").map(stepFromText);
    return first !== undefined && last !== undefined && rest.length === 0 && first <= last ? [first, last] : undefined;
  },
};

export const CLASSES: Notation<readonly number[]> = {
  toText: (classes) => (classes.length === 0 ? null : classes.join(",")),
  fromText: (text) => (/^\d{1,6}(,\d{1,6})*$/.test(text) ? text.split(",").map(Number) : undefined),
};

export const LOCK: Notation<ColourLock | null> = {
  toText: (lock) => lock && [lock.normalize, lock.scale, lock.min, lock.max].join(","),
  fromText: (text) => {
    const [normalizeText, scaleText, ...rest] = text.split(",");
    const normalize = NORMALIZATIONS.find((one) => one === normalizeText);
    const scale = SCALES.find((one) => one === scaleText);
    const [min, max] = numbersFromText(rest.join(","), 2) ?? [];
    return normalize && scale && max ? { normalize, scale, min: min as number, max } : undefined;
  },
};

export const VIEWPORT: Notation<Viewport | null> = {
  toText: (viewport) =>
    viewport && [viewport.firstTrue, viewport.firstPred, viewport.span].map((one) => Number(one.toFixed(3))).join(","),
  fromText: (text) => {
    const [firstTrue, firstPred, span] = numbersFromText(text, 3) ?? [];
    return span ? { firstTrue: firstTrue as number, firstPred: firstPred as number, span } : undefined;
  },
};

export const CELL: Notation<Cell | null> = {
  toText: (cell) => cell && `${cell.trueClass},${cell.predClass}`,
  fromText: (text) => {
    const [trueClass, predClass] = numbersFromText(text, 2) ?? [];
    if (!Number.isInteger(trueClass) || !Number.isInteger(predClass)) return undefined;
    return { trueClass: trueClass as number, predClass: predClass as number };
  },
};

/** Run and tag. */
export const SERIES: Notation<readonly string[] | null> = {
  toText: (series) => series && namesToText(series),
  fromText: (text) => (namesFromText(text)?.length === 2 ? namesFromText(text) : undefined),
};

/** Run, tag and step; no step is that of the playhead. */
export const DATUM: Notation<DatumRef | null> = {
  toText: (ref) => ref && `${namesToText([ref.run, ref.tag])},${ref.step ?? ""}`,
  fromText: (text) => {
    const [run, tag, stepText, ...rest] = namesFromText(text) ?? [];
    const step = stepText === "" ? null : stepFromText(stepText ?? "-");
    return tag === undefined || step === undefined || rest.length > 0 ? undefined : { run: run as string, tag, step };
  },
};

/** -column is descending. */
export const SORTING: Notation<Sorting | null> = {
  toText: (sorting) => sorting && (sorting.isDescending ? "-" : "") + sorting.column,
  fromText: (text) =>
    /^-?[a-z_0-9]+$/i.test(text) ? { column: text.replace(/^-/, ""), isDescending: text.startsWith("-") } : undefined,
};
