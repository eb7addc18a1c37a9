import { html, type TemplateResult } from "lit";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import type { ViewName } from "../state/view_state";

/** What a view puts on the page: its tab's label, its row of tools and its panel. */
interface ViewParts {
  readonly label: string;
  /** What the status line says until there is something to say. */
  readonly hint: string;
  readonly tools: (app: AppState, actions: Actions) => TemplateResult;
  readonly panel: (app: AppState, actions: Actions) => TemplateResult;
}

export const VIEW_PARTS: Readonly<Record<ViewName, ViewParts>> = {
  matrix: {
    label: "Matrix",
    hint: "Point at a cell to read it; wheel or drag to zoom, double-click to see all.",
    tools: (app, actions) => html`<tbc-matrix-tools .app=${app} .actions=${actions}></tbc-matrix-tools>`,
    panel: (app, actions) => html`<tbc-matrix-view .app=${app} .actions=${actions}></tbc-matrix-view>`,
  },
  timeline: {
    label: "Timeline",
    hint: "Point at a step of a class to read it; click to go there; drag to look at some steps only.",
    tools: (app, actions) => html`<tbc-timeline-tools .app=${app} .actions=${actions}></tbc-timeline-tools>`,
    panel: (app, actions) => html`<tbc-timeline-view .app=${app} .actions=${actions}></tbc-timeline-view>`,
  },
  classes: {
    label: "Classes",
    hint: "Click a class to look into it; click a column to sort by it.",
    tools: (app, actions) => html`<tbc-classes-tools .app=${app} .actions=${actions}></tbc-classes-tools>`,
    panel: (app, actions) => html`<tbc-classes-view .app=${app} .actions=${actions}></tbc-classes-view>`,
  },
  confusions: {
    label: "Confusions",
    hint: "Click a confusion to look into it.",
    tools: (app, actions) => html`<tbc-confusions-tools .app=${app} .actions=${actions}></tbc-confusions-tools>`,
    panel: (app, actions) => html`<tbc-confusions-view .app=${app} .actions=${actions}></tbc-confusions-view>`,
  },
  compare: {
    label: "Compare",
    hint: "Point at a cell to read how it differs.",
    tools: (app, actions) => html`<tbc-compare-tools .app=${app} .actions=${actions}></tbc-compare-tools>`,
    panel: (app, actions) => html`<tbc-compare-view .app=${app} .actions=${actions}></tbc-compare-view>`,
  },
};
