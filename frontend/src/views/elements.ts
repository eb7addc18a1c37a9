import { AppRoot } from "./app_root";
import { ClassesTools } from "./classes/classes_tools";
import { ClassesView } from "./classes/classes_view";
import { ChangeList } from "./compare/change_list";
import { CompareTools } from "./compare/compare_tools";
import { CompareView } from "./compare/compare_view";
import { DifferenceMatrix } from "./compare/difference_matrix";
import { ConfusionsTools } from "./confusions/confusions_tools";
import { ConfusionsView } from "./confusions/confusions_view";
import { CopyButton } from "./copy_button";
import { ExportMenu } from "./export/export_menu";
import { ClassFinder } from "./header/class_finder";
import { ClassPanel } from "./inspector/class_panel";
import { ComparePanel } from "./inspector/compare_panel";
import { HistoryChart } from "./inspector/history_chart";
import { Inspector } from "./inspector/inspector";
import { Legend } from "./matrix/legend";
import { MatrixCard } from "./matrix/matrix_card";
import { MatrixTools } from "./matrix/matrix_tools";
import { MatrixView } from "./matrix/matrix_view";
import { MiniMap } from "./matrix/mini_map";
import { BaselinePicker } from "./sidebar/baseline_picker";
import { ClassPicker } from "./sidebar/class_picker";
import { RunPicker } from "./sidebar/run_picker";
import { TagPicker } from "./sidebar/tag_picker";
import { WarningList } from "./sidebar/warning_list";
import { StepBar } from "./step_bar";
import { DataTable } from "./table/data_table";
import { TimelineCard } from "./timeline/timeline_card";
import { TimelineTools } from "./timeline/timeline_tools";
import { TimelineView } from "./timeline/timeline_view";

const ELEMENTS = {
  "tbc-app": AppRoot,
  "tbc-baseline-picker": BaselinePicker,
  "tbc-change-list": ChangeList,
  "tbc-class-finder": ClassFinder,
  "tbc-class-panel": ClassPanel,
  "tbc-class-picker": ClassPicker,
  "tbc-classes-tools": ClassesTools,
  "tbc-classes-view": ClassesView,
  "tbc-compare-panel": ComparePanel,
  "tbc-compare-tools": CompareTools,
  "tbc-compare-view": CompareView,
  "tbc-confusions-tools": ConfusionsTools,
  "tbc-confusions-view": ConfusionsView,
  "tbc-copy-button": CopyButton,
  "tbc-difference-matrix": DifferenceMatrix,
  "tbc-export-menu": ExportMenu,
  "tbc-history-chart": HistoryChart,
  "tbc-inspector": Inspector,
  "tbc-legend": Legend,
  "tbc-matrix-card": MatrixCard,
  "tbc-matrix-tools": MatrixTools,
  "tbc-matrix-view": MatrixView,
  "tbc-mini-map": MiniMap,
  "tbc-run-picker": RunPicker,
  "tbc-step-bar": StepBar,
  "tbc-table": DataTable,
  "tbc-tag-picker": TagPicker,
  "tbc-timeline-card": TimelineCard,
  "tbc-timeline-tools": TimelineTools,
  "tbc-timeline-view": TimelineView,
  "tbc-warning-list": WarningList,
};

/** Makes the page's elements known to the browser. */
export function defineElements(): void {
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
}
