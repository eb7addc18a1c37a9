import { css } from "lit";

export const matrixCardStyles = css`
  :host {
    display: block;
  }
  .body,
  .grid {
    position: relative;
    border-radius: 4px;
    touch-action: none;
  }
  canvas {
    position: absolute;
    inset: 0;
  }
  .bracket {
    position: absolute;
    padding: 0;
    border-radius: 0;
  }
  .bracket::before {
    content: "";
    position: absolute;
    inset: 0 4px 0 3px;
    border: 2px solid var(--control-line);
    border-right: 0;
    border-radius: 3px 0 0 3px;
  }
  .bracket.collapsed::before {
    background: var(--control-line);
    border-radius: 3px;
    inset: 0 6px 0 3px;
  }
  .bracket:hover::before {
    border-color: var(--text);
  }
  .box {
    position: absolute;
    border: 1px solid var(--text);
    background: color-mix(in srgb, var(--text) 12%, transparent);
    pointer-events: none;
  }
  tbc-mini-map {
    position: absolute;
  }
  .skeleton,
  .message {
    position: absolute;
    border-radius: 4px;
    background: var(--pressed);
  }
  .message {
    background: none;
    border: 1px solid var(--line);
    padding: 16px;
    color: var(--quiet-text);
    overflow: hidden;
  }
`;
