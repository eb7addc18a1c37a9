import { css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { BRACKET_ROOM_CSS } from "../../draw/matrix/brackets";
import { CARD_GAP_CSS, layoutCards } from "../../draw/matrix/card_layout";
import { longestLabelCss } from "../../draw/matrix/labels";
import type { Piece } from "../../draw/picture/picture";
import { seriesId } from "../../model/listing";
import type { Card } from "../../state/app_state";
import { type Pictured, piecesOf } from "../pictured";
import { SizedElement } from "../sized_element";
import { controls } from "../styles";
import type { MatrixCard } from "./matrix_card";

/** All cards, in as many columns as make their cells largest. */
export class MatrixView extends SizedElement implements Pictured {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: auto;
        padding: 12px 16px 0 18px;
      }
      .cards {
        display: grid;
        justify-content: start;
      }
      .skeleton {
        width: min(60%, 100cqb);
        aspect-ratio: 1;
        max-height: 80%;
        margin: 72px 0 0 84px;
        border-radius: 4px;
        background: var(--pressed);
      }
      .message {
        color: var(--quiet-text);
        padding: 24px 0;
      }
    `,
  ];

  override render() {
    const { app, actions } = this;
    const cards = this.shownCards();
    const [widthCss, heightCss] = this.sizeCss.value;
    if (app.store.listing.value === null) return html`<div class="skeleton" aria-hidden="true"></div>`;
    if (cards.length === 0) return html`<p class="message">${this.whyEmpty()}</p>`;
    if (widthCss === 0) return null;
    const layout = layoutCards(
      widthCss,
      heightCss,
      cards.length,
      Math.max(...cards.map((card) => longestLabelCss(card.classNames))),
      app.arranging.hasGroups.value && !app.view.isTransposed.value ? BRACKET_ROOM_CSS : 0,
    );
    return html`<div class="cards" style=${`grid-template-columns:repeat(${layout.numColumns}, max-content);gap:${CARD_GAP_CSS}px`}>
      ${repeat(
        cards,
        (card) => seriesId(card.series),
        (card, i) =>
          html`<tbc-matrix-card .app=${app} .actions=${actions} .card=${card} .layout=${layout} .column=${i % layout.numColumns} .strips=${app.strips.value}></tbc-matrix-card>`,
      )}
    </div>`;
  }

  pieces(): Piece[] {
    return piecesOf(this.renderRoot.querySelectorAll<MatrixCard>("tbc-matrix-card"));
  }

  /** One where the cells hold the histories of all runs, else each. */
  private shownCards(): readonly Card[] {
    const { cards, focusedCard, strips } = this.app;
    const [first] = cards.value;
    const one = focusedCard.value ?? first;
    return strips.value && one ? [one] : cards.value;
  }

  private whyEmpty(): string {
    const { app } = this;
    if (app.filteredRuns.value.length === 0) return "No run passes the filter.";
    if (app.filteredRuns.value.every((run) => !app.tickedRuns.value.has(run)))
      return "Tick a run on the left to see its confusion matrix.";
    return `None of the ticked runs has the tag ${app.shownTags.value.join(", ")}.`;
  }
}
