import { effect } from "@preact/signals-core";
import { Actions } from "./state/actions";
import { AppState } from "./state/app_state";
import { hostWindow, watchTheme } from "./state/host";
import { readLink, writeLink } from "./state/link";
import { Sync } from "./sync";
import { Disposer } from "./util/disposer";
import type { AppRoot } from "./views/app_root";
import { defineElements } from "./views/elements";
import { handleKey } from "./views/keys";

const PLAY_MS = 500;

/** TensorBoard calls this once it has loaded the module into the tab's frame. */
export function render(): void {
  defineElements();
  const owned = new Disposer();
  const app = new AppState();
  const actions = new Actions(app);
  const host = hostWindow();
  owned.add(app.connect());
  watchTheme(host, owned, (isDark) => {
    app.isDark.value = isDark;
  });
  keepLink(app, host, owned);
  keepPlaying(app, actions, owned);
  owned.listen(window, "keydown", (event) => handleKey(event, app, actions));
  show(app, actions);
  const sync = new Sync(app, owned);
  owned.listen(document, "visibilitychange", () => sync.wake());
  owned.listen(window, "resize", () => sync.wake());
  owned.listen(window, "pagehide", () => owned.dispose());
  void sync.poll(true);
}

function show(app: AppState, actions: Actions): void {
  const root = document.createElement("tbc-app") as AppRoot;
  root.app = app;
  root.actions = actions;
  document.title = "Confusion";
  document.documentElement.lang = "en";
  document.body.append(root);
}

/** The state is in TensorBoard's address, and an address that is pasted or walked back to is the state. */
function keepLink(app: AppState, host: Window, owned: Disposer): void {
  app.view.load(readLink(host.location.hash));
  owned.add(
    effect(() => {
      const link = app.view.save();
      const hash = writeLink(host.location.hash, link);
      // While another tab is open the address is that tab's.
      if (hash !== host.location.hash && isOurs(host)) host.history.replaceState(host.history.state, "", hash);
    }),
  );
  owned.listen(host as unknown as EventTarget, "hashchange", () => {
    if (isOurs(host)) app.view.load(readLink(host.location.hash));
  });
}

function isOurs(host: Window): boolean {
  return host === window || /^#confusion(&|$)/.test(host.location.hash);
}

function keepPlaying(app: AppState, actions: Actions, owned: Disposer): void {
  let timer = 0;
  const stop = effect(() => {
    window.clearInterval(timer);
    if (app.isPlaying.value) timer = window.setInterval(() => actions.playOn(), PLAY_MS);
  });
  owned.add(() => {
    stop();
    window.clearInterval(timer);
  });
}
