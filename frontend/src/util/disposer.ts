/** Owns what must be undone: whoever allocates registers the undo at once. */
export class Disposer {
  private undos: (() => void)[] = [];

  add(undo: () => void): void {
    this.undos.push(undo);
  }

  listen<K extends keyof (WindowEventMap & DocumentEventMap)>(
    target: EventTarget,
    type: K,
    listener: (event: (WindowEventMap & DocumentEventMap)[K]) => void,
  ): void {
    const asListener = listener as EventListener;
    target.addEventListener(type, asListener);
    this.add(() => target.removeEventListener(type, asListener));
  }

  dispose(): void {
    for (const undo of this.undos.splice(0).reverse()) undo();
  }
}
