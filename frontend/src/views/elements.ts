import { AppRoot } from "./app_root";
import { HistoryChart } from "./inspector/history_chart";
import { Inspector } from "./inspector/inspector";
import { Legend } from "./legend";
import { MatrixCard } from "./matrix/matrix_card";
import { MatrixView } from "./matrix/matrix_view";
import { RunPicker } from "./sidebar/run_picker";
import { StepBar } from "./step_bar";
import { TagPicker } from "./sidebar/tag_picker";
import { Toolbar } from "./toolbar";

/** Makes the page's elements known to the browser. */
export function defineElements(): void {
  customElements.define("tbc-app", AppRoot);
  customElements.define("tbc-history-chart", HistoryChart);
  customElements.define("tbc-inspector", Inspector);
  customElements.define("tbc-legend", Legend);
  customElements.define("tbc-matrix-card", MatrixCard);
  customElements.define("tbc-matrix-view", MatrixView);
  customElements.define("tbc-run-picker", RunPicker);
  customElements.define("tbc-step-bar", StepBar);
  customElements.define("tbc-tag-picker", TagPicker);
  customElements.define("tbc-toolbar", Toolbar);
}
