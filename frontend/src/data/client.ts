import type { CellColumns } from "../model/history";
import type { ClassInfo, DatumKey, Series } from "../model/listing";
import { type DecodedMatrix, decodeMatrix } from "./codec";

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

export async function fetchClassInfo(run: string, tag: string, signal: AbortSignal): Promise<ClassInfo> {
  const json = await fetchJson<{ class_names: string[] | null; class_names_hash: string; description: string }>(
    "classes",
    { run, tag },
    signal,
  );
  return { classNames: json.class_names, classNamesHash: json.class_names_hash, description: json.description };
}

export async function fetchMatrix(key: DatumKey, signal: AbortSignal): Promise<DecodedMatrix> {
  const query = { run: key.run, tag: key.tag, step: String(key.step), wall_time: String(key.wallTime) };
  const response = await fetchOk("matrix", query, signal);
  return decodeMatrix(new Uint8Array(await response.arrayBuffer()));
}

export async function fetchCellHistory(
  run: string,
  tag: string,
  trueClass: number,
  predClass: number,
  signal: AbortSignal,
): Promise<CellColumns> {
  const query = { run, tag, true_class: String(trueClass), pred_class: String(predClass) };
  const { predicted_count: predictedCount, ...rest } = await fetchJson<
    Omit<CellColumns, "predictedCount"> & { predicted_count: number[] }
  >("cell", query, signal);
  return { ...rest, predictedCount };
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
