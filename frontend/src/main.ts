import { effect } from "@preact/signals-core";
import { Actions } from "./state/actions";
import { AppState } from "./state/app_state";
import { hostWindow, watchTheme } from "./state/host";
import { readLink, writeLink } from "./state/link";
import { Sync } from "./sync";
import { Disposer } from "./util/disposer";
import { nextTask } from "./util/next_task";
import type { AppRoot } from "./views/app_root";
import { defineElements } from "./views/elements";
import { handleKey } from "./views/keys";

const PLAY_MS = 500;
/** Writing the address costs more than drawing: while something moves it waits. */
const LINK_MS = 250;

/** TensorBoard calls this once it has loaded the module into the tab's frame. */
export async function render(): Promise<void> {
  // Reading the module was work enough for one task.
  await nextTask();
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
  const measure = () => {
    // A hidden tab keeps its iframe with a size of zero: what was laid out stays as it is.
    if (window.innerWidth > 0) app.widthCss.value = window.innerWidth;
  };
  measure();
  owned.listen(window, "resize", () => {
    measure();
    sync.wake();
  });
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
  let link = app.link();
  let timer = 0;
  const write = () => {
    window.clearTimeout(timer);
    const hash = writeLink(host.location.hash, link);
    // While another tab is open the address is that tab's.
    if (hash !== host.location.hash && isOurs(host)) replaceHash(host, hash);
  };
  owned.add(
    effect(() => {
      link = app.link();
      window.clearTimeout(timer);
      timer = window.setTimeout(write, LINK_MS);
    }),
  );
  owned.add(write);
  owned.listen(host as unknown as EventTarget, "hashchange", (event) => {
    window.clearTimeout(timer);
    // What the address was changed to, whatever was about to be written over it.
    if (isOurs(host)) app.view.load(readLink(new URL(event.newURL).hash));
  });
}

function replaceHash(host: Window, hash: string): void {
  try {
    host.history.replaceState(host.history.state, "", hash);
  } catch {
    // Some browsers refuse more than so many changes a minute: the next one says it all.
  }
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
