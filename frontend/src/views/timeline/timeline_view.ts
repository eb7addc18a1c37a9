import { css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { longestLabelCss } from "../../draw/matrix/labels";
import type { Piece } from "../../draw/picture/picture";
import { layoutTimelines, timeFrame } from "../../draw/timeline/timeline_layout";
import { seriesId } from "../../model/listing";
import { largestRate } from "../../model/timeline";
import { poolingOf } from "../../model/timeline_pooling";
import { type Pictured, piecesOf } from "../pictured";
import { SizedElement } from "../sized_element";
import { controls } from "../styles";
import type { TimelineCard } from "./timeline_card";

/** Classes over the steps, a card a series. */
export class TimelineView extends SizedElement implements Pictured {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
        padding: 12px 16px 0 18px;
      }
      .pooled {
        margin: 0 0 6px;
      }
      .cards {
        display: grid;
        justify-content: start;
        gap: 8px 20px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.app.hoverSentence.value = null;
  }

  override render() {
    const { app, actions } = this;
    const shown = app.timelines.shown.value ?? [];
    const [widthCss, heightCss] = this.sizeCss.value;
    if (shown.length === 0)
      return html`<p class="quiet">${app.cards.value.length === 0 ? "Tick a run on the left." : "Loading the steps…"}</p>`;
    if (widthCss === 0) return null;
    const numRows = Math.max(...shown.map(({ card }) => card.arrangement.entries.length));
    const longestCss = Math.max(...shown.map(({ card }) => longestLabelCss(card.classNames)));
    const layout = layoutTimelines(widthCss, heightCss, shown.length, numRows, longestCss);
    const [max, overall] = [largestRate(shown), app.timelines.overall.value];
    return html`${this.renderPooling(layout.rowHeightCss)}<div class="cards" style=${`grid-template-columns:repeat(${layout.numColumns}, max-content)`}>
      ${repeat(
        shown,
        ({ card }) => seriesId(card.series),
        ({ card, timeline }, i) =>
          html`<tbc-timeline-card
            .app=${app}
            .actions=${actions}
            .card=${card}
            .timeline=${timeline}
            .frame=${timeFrame(layout, i % layout.numColumns)}
            .max=${max}
            .overall=${overall}
          ></tbc-timeline-card>`,
      )}
    </div>`;
  }

  pieces(): Piece[] {
    return piecesOf(this.renderRoot.querySelectorAll<TimelineCard>("tbc-timeline-card"));
  }

  private renderPooling(rowHeightCss: number) {
    if (rowHeightCss >= 1) return null;
    const pooling = poolingOf(this.app.view.classRate.value);
    return html`<p class="quiet pooled">Classes share pixels: each shows the ${pooling} of about ${Math.ceil(1 / rowHeightCss)} rates.</p>`;
  }
}
