import type { Similarity } from "../model/class_order";
import type { ClassInfo, DatumKey, Series } from "../model/listing";
import type { DecodedMatrix } from "./codec";
import { decoder } from "./decoder";
import type { OnData } from "./history_stream";
import { fetchOk } from "./http";

export interface Listing {
  readonly series: readonly Series[];
  /** Data that the server hasn't checked yet; asking again goes on with them. */
  readonly numUnchecked: number;
  /** What names this answer: another answer with the same holds the same. */
  readonly etag: string | null;
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

/**
 * Lists all series; null where nothing has changed since the answer that an ETag names.
 *
 * @param isQuick doesn't wait for data to be checked: for the first picture.
 */
export async function fetchListing(isQuick: boolean, knownEtag: string | null, signal: AbortSignal): Promise<Listing | null> {
  const response = await fetchOk(urlOf("series", isQuick ? { quick: "1" } : {}), signal);
  const etag = response.headers.get("ETag");
  if (etag !== null && etag === knownEtag) return null;
  const json = (await response.json()) as { series: SeriesJson[]; num_unchecked: number };
  const series = json.series.map(({ num_classes: numClasses, wall_times: wallTimes, ...rest }) => ({
    ...rest,
    numClasses,
    wallTimes,
  }));
  return { series, numUnchecked: json.num_unchecked, etag };
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
  const response = await fetchOk(urlOf("matrix", query), signal);
  return decoder.decode(new Uint8Array(await response.arrayBuffer()), signal);
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
  // The worker's own address is another one.
  await decoder.history(new URL(urlOf("history", query), document.baseURI).href, onData, signal);
}

/** Which classes are alike at a step. */
export async function fetchSimilarity(key: DatumKey, signal: AbortSignal): Promise<Similarity> {
  const query = { run: key.run, tag: key.tag, step: String(key.step) };
  const json = await fetchJson<{ class_order: number[]; groups: number[][] }>("order", query, signal);
  return { classOrder: json.class_order, groups: json.groups };
}

async function fetchJson<T>(route: string, query: Record<string, string>, signal: AbortSignal): Promise<T> {
  return (await (await fetchOk(urlOf(route, query), signal)).json()) as T;
}

/** Relative to the page, so that path prefixes and proxies keep working. */
function urlOf(route: string, query: Record<string, string>): string {
  return `./${route}?${new URLSearchParams(query)}`;
}
