import { batch, type ReadonlySignal, type Signal } from "@preact/signals-core";

/** A field of a link: how it is told, and how it is checked when it comes back. */
export interface Field<S> {
  readonly load: (state: S, link: ReadonlyMap<string, string>) => void;
  readonly save: (state: S) => [string, string][];
}

/** How a value is written in a link (null: it is the default) and read again (undefined: invalid). */
export interface Notation<T> {
  readonly toText: (value: T) => string | null;
  readonly fromText: (text: string) => T | undefined;
}

/** A field whose default serialises to nothing. */
export function field<S, T>(
  key: string,
  signalOf: (state: S) => Signal<T>,
  { toText, fromText }: Notation<T>,
  defaultValue: T,
): Field<S> {
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

/** One of several words. */
export function choice<S, T extends string>(
  key: string,
  signalOf: (state: S) => Signal<T>,
  choices: readonly T[],
  defaultValue: T,
): Field<S> {
  const fromText = (text: string) => choices.find((one) => one === text);
  return field(key, signalOf, { toText: (value) => (value === defaultValue ? null : value), fromText }, defaultValue);
}

/** On or off. */
export function flag<S>(key: string, signalOf: (state: S) => Signal<boolean>, defaultValue = false): Field<S> {
  const toText = (isOn: boolean) => (isOn === defaultValue ? null : isOn ? "1" : "0");
  return field(key, signalOf, { toText, fromText: (text) => ({ "1": true, "0": false })[text] }, defaultValue);
}

/** A whole number that isn't negative. */
export function count<S>(key: string, signalOf: (state: S) => Signal<number>, defaultValue: number): Field<S> {
  const toText = (value: number) => (value === defaultValue ? null : String(value));
  return field(key, signalOf, { toText, fromText: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined) }, defaultValue);
}

/** Takes over what a link says; what it doesn't say, or says wrongly, is the default. */
export function loadFields<S>(fields: readonly Field<S>[], state: S, link: ReadonlyMap<string, string>): void {
  batch(() => {
    for (const one of fields) one.load(state, link);
  });
}

/** Names in one text; null for none. */
export function namesToText(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(",");
}

export function namesFromText(text: string): string[] | undefined {
  try {
    return text.split(",").map(decodeURIComponent);
  } catch {
    return undefined; // a cut-off escape
  }
}

/** So many finite numbers that aren't negative. */
export function numbersFromText(text: string, howMany: number): number[] | undefined {
  const numbers = text.split(",").map(Number);
  return numbers.length === howMany && numbers.every((one) => Number.isFinite(one) && one >= 0) ? numbers : undefined;
}

/** A training step: any whole number. */
export function stepFromText(text: string): number | undefined {
  return /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
}
