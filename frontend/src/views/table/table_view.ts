import { css } from "lit";
import type { Piece } from "../../draw/picture/picture";
import type { LoadedCard } from "../../state/app_state";
import type { Pictured } from "../pictured";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import type { DataTable } from "./data_table";

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

/** Rows of a card with the card that they are of. */
export function* withCard<T>(card: LoadedCard, steps: Generator<void, T>): Generator<void, [LoadedCard, T]> {
  return [card, yield* steps];
}
