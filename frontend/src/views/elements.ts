import { AppRoot } from "./app_root";
import { HistoryChart } from "./history_chart";
import { Inspector } from "./inspector";
import { Legend } from "./legend";
import { MatrixCard } from "./matrix_card";
import { MatrixView } from "./matrix_view";
import { RunPicker } from "./run_picker";
import { StepBar } from "./step_bar";
import { TagPicker } from "./tag_picker";
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
