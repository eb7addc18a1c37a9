import type { Picture } from "../../draw/picture/picture";
import { toPng, toSvg } from "../../draw/picture/picture_files";
import type { AppState } from "../../state/app_state";
import { saveFile } from "../../util/save_file";
import { toCsv, toJson, toLatex } from "../../util/table_formats";
import { themeOf } from "../current_theme";
import type { Pictured } from "../pictured";
import { captionOf } from "./caption";
import { legendOf } from "./picture_legend";
import { viewTables } from "./view_tables";

export const EXPORT_FORMATS = ["png", "svg", "csv", "json", "latex"] as const;
/** What the open view can be saved as. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const ENDINGS: Readonly<Record<ExportFormat, string>> = { png: "png", svg: "svg", csv: "csv", json: "json", latex: "tex" };
const MAX_NAME_LENGTH = 80;

/** Saves the open view in a format, under a name that says what it is. */
export async function exportView(app: AppState, view: Pictured | null, format: ExportFormat): Promise<void> {
  saveFile(fileName(app, format), await contentOf(app, view, format));
}

async function contentOf(app: AppState, view: Pictured | null, format: ExportFormat): Promise<Blob> {
  if (format === "png") return toPng(pictureOf(app, view), themeOf(app));
  if (format === "svg") return new Blob([toSvg(pictureOf(app, view), themeOf(app))], { type: "image/svg+xml" });
  const tables = viewTables(app);
  if (tables.length === 0) throw new Error("nothing is shown yet");
  if (format === "csv") return new Blob([toCsv(tables)], { type: "text/csv" });
  if (format === "json") return new Blob([toJson(tables)], { type: "application/json" });
  return new Blob([toLatex(tables)], { type: "text/plain" });
}

function pictureOf(app: AppState, view: Pictured | null): Picture {
  const pieces = view?.pieces() ?? [];
  if (pieces.length === 0) throw new Error("nothing is shown yet");
  return { pieces, caption: captionOf(app), legend: legendOf(app) };
}

function fileName(app: AppState, format: ExportFormat): string {
  const runs = app.view.view.peek() === "compare" ? [] : [...new Set(app.cards.peek().map((card) => card.series.run))];
  const step = app.playhead.peek();
  const parts = ["confusion", app.view.view.peek(), ...runs, step === null ? "" : `step${step}`].filter(Boolean);
  const name = parts.join("_").replace(/[^\p{L}\p{N}_.-]+/gu, "-");
  return `${name.slice(0, MAX_NAME_LENGTH)}.${ENDINGS[format]}`;
}
