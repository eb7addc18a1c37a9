import { css } from "lit";
import { longestLabelCss } from "../../draw/matrix/labels";
import type { Piece } from "../../draw/picture/picture";
import type { LoadedCard } from "../../state/app_state";
import type { Pictured } from "../pictured";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import type { Column, DataTable } from "./data_table";

/** Names are measured as they are written beside a matrix: a table's text is larger. */
const TABLE_FONT_SHARE = 13 / 11;
/** Around a name, or between two. */
const NAME_PADDING_CSS = 14;
/** Times the room that names have at least. */
const MAX_NAME_SHARE = 1.6;

/** A view that is a table below a line that sums it up. */
export abstract class TableView extends SignalElement implements Pictured {
  static override styles = [
    controls,
    css`
      :host {
        display: flex !important;
        flex-direction: column;
        padding: 10px 18px 0;
      }
      .summary {
        padding-bottom: 8px;
      }
      .summary strong {
        font-weight: 500;
      }
      tbc-table {
        flex: 1;
      }
    `,
  ];

  pieces(): Piece[] {
    return this.renderRoot.querySelector<DataTable>("tbc-table")?.pieces() ?? [];
  }
}

/**
 * The columns with room in the main one for its longest text, as far as the figures are still seen beside it: what differs only at
 * its end must be told apart.
 *
 * @param names classes of which each text in it has `numNames`.
 */
export function withRoomForNames(columns: readonly Column[], names: readonly string[], numNames: number): readonly Column[] {
  const longestCss = numNames * (TABLE_FONT_SHARE * longestLabelCss(names) + NAME_PADDING_CSS);
  return columns.map((column) => {
    if (!column.isMain) return column;
    return { ...column, widthCss: Math.min(Math.max(column.widthCss, Math.ceil(longestCss)), MAX_NAME_SHARE * column.widthCss) };
  });
}

/** Rows of a card with the card that they are of. */
export function* withCard<T>(card: LoadedCard, steps: Generator<void, T>): Generator<void, [LoadedCard, T]> {
  return [card, yield* steps];
}
