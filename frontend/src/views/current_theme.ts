import { DARK, LIGHT, type Theme } from "../draw/theme";
import type { AppState } from "../state/app_state";

/** The colours for canvases in TensorBoard's present theme. */
export function themeOf(app: AppState): Theme {
  return app.isDark.value ? DARK : LIGHT;
}
