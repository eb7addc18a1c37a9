import type { Similarity } from "../model/class_order";
import type { ClassInfo, DatumKey, Series } from "../model/listing";
import { type DecodedMatrix, decodeMatrix } from "./codec";
import { type OnData, readHistory } from "./history_stream";

export interface Listing {
  readonly series: readonly Series[];
  /** Data that the server hasn't checked yet; asking again goes on with them. */
  readonly numUnchecked: number;
}

interface SeriesJson {
  run: string;
  tag: string;
  num_classes: number | null;
  steps: number[];
  wall_times: number[];
  title: string;
  warnings: string[];
}

/** Lists all series. `isQuick` doesn't wait for data to be checked: for the first picture. */
export async function fetchListing(isQuick: boolean, signal: AbortSignal): Promise<Listing> {
  const json = await fetchJson<{ series: SeriesJson[]; num_unchecked: number }>("series", isQuick ? { quick: "1" } : {}, signal);
  const series = json.series.map(({ num_classes: numClasses, wall_times: wallTimes, ...rest }) => ({
    ...rest,
    numClasses,
    wallTimes,
  }));
  return { series, numUnchecked: json.num_unchecked };
}

interface ClassInfoJson {
  class_names: string[] | null;
  class_names_hash: string;
  class_groups: string[] | null;
  special_class: number | null;
  description: string;
}

export async function fetchClassInfo(run: string, tag: string, signal: AbortSignal): Promise<ClassInfo> {
  const json = await fetchJson<ClassInfoJson>("classes", { run, tag }, signal);
  return {
    classNames: json.class_names,
    classNamesHash: json.class_names_hash,
    classGroups: json.class_groups,
    specialClass: json.special_class,
    description: json.description,
  };
}

export async function fetchMatrix(key: DatumKey, signal: AbortSignal): Promise<DecodedMatrix> {
  const query = { run: key.run, tag: key.tag, step: String(key.step), wall_time: String(key.wallTime) };
  const response = await fetchOk("matrix", query, signal);
  return decodeMatrix(new Uint8Array(await response.arrayBuffer()));
}

/** All matrices of a series from a step on, told as they come. */
export async function fetchHistory(
  run: string,
  tag: string,
  fromStep: number | null,
  onData: OnData,
  signal: AbortSignal,
): Promise<void> {
  const query = { run, tag, ...(fromStep === null ? {} : { from_step: String(fromStep) }) };
  const { body } = await fetchOk("history", query, signal);
  if (body) await readHistory(body, onData);
}

/** Which classes are alike at a step. */
export async function fetchSimilarity(key: DatumKey, signal: AbortSignal): Promise<Similarity> {
  const query = { run: key.run, tag: key.tag, step: String(key.step) };
  const json = await fetchJson<{ class_order: number[]; groups: number[][] }>("order", query, signal);
  return { classOrder: json.class_order, groups: json.groups };
}

async function fetchJson<T>(route: string, query: Record<string, string>, signal: AbortSignal): Promise<T> {
  return (await (await fetchOk(route, query, signal)).json()) as T;
}

/** Relative to the page, so that path prefixes and proxies keep working. */
async function fetchOk(route: string, query: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const response = await fetch(`./${route}?${new URLSearchParams(query)}`, { signal });
  if (response.ok) return response;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const said = isJson ? ((await response.json()) as { error?: string }).error : undefined;
  throw new Error(said ?? `TensorBoard answered ${response.status} ${response.statusText}`);
}
