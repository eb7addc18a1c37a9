import type { Disposer } from "../util/disposer";
import type { AppState } from "./app_state";
import { writeLink } from "./link";

/** The window around us: TensorBoard's, or our own where the page stands alone or its parent is another site's. */
export function hostWindow(): Window {
  try {
    void window.parent.location.hash;
    return window.parent;
  } catch {
    return window;
  }
}

/** The address at which somebody else sees what is seen here. */
export function linkTo(app: AppState): string {
  const { location } = hostWindow();
  return location.href.replace(/#.*$/, "") + writeLink(location.hash, app.link());
}

/** Tells whether TensorBoard's theme is dark, now and whenever it changes. */
export function watchTheme(host: Window, owned: Disposer, onChange: (isDark: boolean) => void): void {
  if (host === window) {
    const media = window.matchMedia("(prefers-color-scheme: dark)");
    const listener = () => onChange(media.matches);
    media.addEventListener("change", listener);
    owned.add(() => media.removeEventListener("change", listener));
    listener();
    return;
  }
  const body = host.document.body;
  const observer = new MutationObserver(() => onChange(body.classList.contains("dark-mode")));
  observer.observe(body, { attributeFilter: ["class"] });
  owned.add(() => observer.disconnect());
  onChange(body.classList.contains("dark-mode"));
}

/** Whether somebody sees the page: TensorBoard keeps a hidden tab's iframe alive with a height of zero. */
export function isSeen(): boolean {
  return document.visibilityState === "visible" && window.innerHeight > 0;
}
