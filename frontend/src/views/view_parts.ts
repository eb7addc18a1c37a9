import { html, type TemplateResult } from "lit";
import type { Actions } from "../state/actions";
import type { AppState } from "../state/app_state";
import type { ViewName } from "../state/view_state";

/** What a view puts on the page: its tab's label, its row of tools and its panel. */
interface ViewParts {
  readonly label: string;
  readonly tools: (app: AppState, actions: Actions) => TemplateResult;
  readonly panel: (app: AppState, actions: Actions) => TemplateResult;
}

export const VIEW_PARTS: Readonly<Record<ViewName, ViewParts>> = {
  matrix: {
    label: "Matrix",
    tools: (app, actions) => html`<tbc-matrix-tools .app=${app} .actions=${actions}></tbc-matrix-tools>`,
    panel: (app, actions) => html`<tbc-matrix-view .app=${app} .actions=${actions}></tbc-matrix-view>`,
  },
  timeline: {
    label: "Timeline",
    tools: (app, actions) => html`<tbc-timeline-tools .app=${app} .actions=${actions}></tbc-timeline-tools>`,
    panel: (app, actions) => html`<tbc-timeline-view .app=${app} .actions=${actions}></tbc-timeline-view>`,
  },
  classes: {
    label: "Classes",
    tools: (app, actions) => html`<tbc-classes-tools .app=${app} .actions=${actions}></tbc-classes-tools>`,
    panel: (app, actions) => html`<tbc-classes-view .app=${app} .actions=${actions}></tbc-classes-view>`,
  },
  confusions: {
    label: "Confusions",
    tools: (app, actions) => html`<tbc-confusions-tools .app=${app} .actions=${actions}></tbc-confusions-tools>`,
    panel: (app, actions) => html`<tbc-confusions-view .app=${app} .actions=${actions}></tbc-confusions-view>`,
  },
  compare: {
    label: "Compare",
    tools: (app, actions) => html`<tbc-compare-tools .app=${app} .actions=${actions}></tbc-compare-tools>`,
    panel: (app, actions) => html`<tbc-compare-view .app=${app} .actions=${actions}></tbc-compare-view>`,
  },
};
