import uPlot from "uplot";
import { percentText } from "../util/number_text";
import { FONT_FAMILY } from "./matrix/labels";
import type { Theme } from "./theme";

/** One line: a rate a step; null where there is none. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly steps: readonly number[];
  readonly rates: readonly (number | null)[];
}

const HEIGHT_CSS = 112;

/** Lines of rates over the steps with a mark at the playhead. Owns what it puts into its parent until `dispose`. */
export class LineChart {
  private plot: uPlot | null = null;
  private playhead: number | null = null;
  /** What the plot was made of: where only the playhead has moved it isn't made anew. */
  private drawn = "";

  constructor(private readonly parent: HTMLElement) {}

  draw(lines: readonly Line[], playhead: number | null, theme: Theme): void {
    this.playhead = playhead;
    // Reading the parent's width would lay out the page.
    const drawn = JSON.stringify([lines, theme.background, window.innerWidth]);
    if (this.plot !== null && drawn === this.drawn) {
      this.plot.redraw(false);
      return;
    }
    this.dispose();
    if (lines.length === 0) return;
    this.drawn = drawn;
    this.plot = new uPlot(this.options(lines, theme), align(lines), this.parent);
  }

  dispose(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private options(lines: readonly Line[], theme: Theme): uPlot.Options {
    const axis = {
      stroke: theme.quietText,
      font: `10px ${FONT_FAMILY}`,
      ticks: { show: false },
      grid: { stroke: theme.line, width: 1 },
    };
    const format = (values: (number | null)[]) =>
      values.map((value) => (value === null ? "" : percentText(value).replace(".0", "")));
    return {
      width: this.parent.clientWidth,
      height: HEIGHT_CSS,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 8, 0, 0],
      scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.min(1, Math.max(max * 1.15, 0.001))] } },
      axes: [
        {
          ...axis,
          size: 22,
          gap: 4,
          grid: { show: false },
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6],
        },
        { ...axis, size: 44, gap: 4, space: 24, values: (_, values) => format(values) },
      ],
      series: [
        {},
        ...lines.map((line) => ({ label: line.label, stroke: line.colour, width: 2, points: { show: line.steps.length === 1 } })),
      ],
      hooks: { draw: [(plot) => this.drawPlayhead(plot, theme)] },
    };
  }

  private drawPlayhead(plot: uPlot, theme: Theme): void {
    if (this.playhead === null) return;
    const x = Math.round(plot.valToPos(this.playhead, "x", true));
    const { top, height } = plot.bbox;
    plot.ctx.fillStyle = theme.accent;
    plot.ctx.fillRect(x - 1, top, 2, height);
  }
}

/** All lines over one list of steps, as uPlot wants them. */
function align(lines: readonly Line[]): uPlot.AlignedData {
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  const rates = lines.map((line) => {
    const byStep = new Map(line.steps.map((step, i) => [step, line.rates[i] ?? null]));
    return steps.map((step) => (byStep.has(step) ? (byStep.get(step) as number | null) : undefined));
  });
  return [steps, ...rates] as uPlot.AlignedData;
}
