import { batch } from "@preact/signals-core";
import type { ClassGroup } from "../model/arrangement";
import { ORDERS_OF_A_MATRIX, type OrderKind } from "../model/class_order";
import { type DatumRef, type Series, stepBy } from "../model/listing";
import { type Cell, isSameCell } from "../model/matrix";
import type { ShownKind } from "../model/shown_classes";
import { isFull, scrollTo, showClass, type Viewport, zoomToClasses } from "../model/viewport";
import type { AppState } from "./app_state";

/** What a person can do on the page. */
export class Actions {
  constructor(private readonly app: AppState) {}

  tickRun(run: string, isTicked: boolean): void {
    this.app.view.runTicks.value = new Map(this.app.view.runTicks.peek()).set(run, isTicked);
  }

  /** Shows one run alone. */
  tickOnly(run: string): void {
    this.app.view.runTicks.value = new Map(this.app.runs.peek().map((one) => [one, one === run]));
  }

  pickTag(tag: string): void {
    const [picked, ...beside] = this.app.shownTags.peek();
    this.app.view.tags.value = [tag, ...beside.map((one) => (one === tag && picked ? picked : one))];
  }

  showTagBeside(tag: string, isShown: boolean): void {
    const others = this.app.shownTags.peek().filter((one) => one !== tag);
    this.app.view.tags.value = isShown ? [...others, tag] : others;
  }

  /** Goes to a step; the last one doesn't follow until asked to. */
  goTo(step: number): void {
    this.app.view.step.value = step;
  }

  goBy(by: number): void {
    const playhead = this.app.playhead.peek();
    if (playhead !== null) this.goTo(stepBy(this.app.steps.peek(), playhead, by));
  }

  goToEnd(end: "first" | "last"): void {
    const step = this.app.steps.peek().at(end === "first" ? 0 : -1);
    if (step !== undefined) this.goTo(step);
  }

  follow(isFollowing: boolean): void {
    this.app.view.step.value = isFollowing ? null : this.app.playhead.peek();
  }

  /** Starts to play, from the beginning when the end is reached, or stops. */
  togglePlay(): void {
    const isStarting = !this.app.isPlaying.peek();
    if (isStarting && this.app.playhead.peek() === this.app.steps.peek().at(-1)) this.goToEnd("first");
    this.app.isPlaying.value = isStarting;
  }

  /** The next step while playing; stops at the last. */
  playOn(): void {
    this.goBy(1);
    if (this.app.playhead.peek() === this.app.steps.peek().at(-1)) this.app.isPlaying.value = false;
  }

  /** Selects a cell, by entries. */
  select(cell: Cell | null): void {
    this.app.view.selection.value = cell && this.app.arrangement.peek().classCell(cell);
  }

  /** Looks into a cell of a series; looking into the same again clears the selection. Returns how to undo it. */
  toggleSelection(cell: Cell, series: Series): () => void {
    const { selection, focus } = this.app.view;
    const [before, focusBefore] = [selection.peek(), focus.peek()];
    const isAgain = isSameCell(cell, this.app.selection.peek()) && series === this.app.focusedCard.peek()?.series;
    batch(() => {
      this.select(isAgain ? null : cell);
      this.focusOn(series);
    });
    return () =>
      batch(() => {
        selection.value = before;
        focus.value = focusBefore;
      });
  }

  focusOn(series: Series): void {
    this.app.view.focus.value = [series.run, series.tag];
  }

  /** Looks into the card before or after the one that is looked into. */
  focusBy(by: number): void {
    const cards = this.app.cards.peek().filter((card) => card.raw !== null);
    const at = cards.findIndex((card) => card.series === this.app.focusedCard.peek()?.series);
    const next = cards[(at + by + cards.length) % cards.length];
    if (next) this.focusOn(next.series);
  }

  /** Moves the selection by rows and columns, and what is seen with it. */
  moveSelection(down: number, across: number): void {
    const { trueClass: byTrue, predClass: byPred } = this.app.orientation.peek().cell({ trueClass: down, predClass: across });
    const numClasses = this.app.focusedCard.peek()?.matrix.numClasses ?? 0;
    if (numClasses === 0) return;
    const from = this.app.selection.peek();
    const within = (index: number) => Math.min(Math.max(index, 0), numClasses - 1);
    const to = from
      ? { trueClass: within(from.trueClass + byTrue), predClass: within(from.predClass + byPred) }
      : { trueClass: 0, predClass: 0 };
    this.select(to);
    if (numClasses === this.app.numClasses.peek())
      this.zoomTo(scrollTo(this.app.viewport.peek(), to.trueClass, to.predClass, numClasses));
  }

  /** Orders all views; an order of a matrix is that of the present one, until told otherwise, so that nothing jumps. */
  orderBy(order: OrderKind): void {
    batch(() => {
      if (ORDERS_OF_A_MATRIX.includes(order) && !this.app.arranging.needsReference.peek()) this.holdReference(true);
      this.app.view.order.value = order;
    });
  }

  /** Shows some classes, and the rest as their sum. */
  showClasses(shown: ShownKind): void {
    batch(() => {
      if (shown !== "all" && shown !== "chosen" && !this.app.arranging.needsReference.peek()) this.holdReference(true);
      this.app.view.shown.value = shown;
    });
  }

  /** Keeps order and choice as the present matrix of the series looked into gives them, or lets them follow the playhead. */
  holdReference(isHeld: boolean): void {
    const card = this.app.focusedCard.peek();
    const key = isHeld ? (card?.shown ?? null) : null;
    this.app.view.reference.value = key && { run: key.run, tag: key.tag, step: key.step };
  }

  /** Adds a class to those chosen, or takes it away, and shows those chosen; all, when none is left. */
  chooseClass(classIndex: number, isChosen: boolean): void {
    const others = this.app.view.chosen.peek().filter((one) => one !== classIndex);
    this.chooseClasses(isChosen ? [...others, classIndex] : others);
  }

  chooseClasses(classes: readonly number[]): void {
    batch(() => {
      this.app.view.chosen.value = classes;
      this.app.view.shown.value = classes.length === 0 ? "all" : "chosen";
    });
  }

  /** Shows a group as its sum, or its classes again. */
  collapse(group: ClassGroup, isCollapsed: boolean): void {
    const key = this.app.arranging.keyOf(group);
    const others = this.app.view.collapsed.peek().filter((one) => one !== key);
    this.app.view.collapsed.value = isCollapsed ? [...others, key] : others;
    this.zoomTo(null);
  }

  collapseAll(groups: readonly ClassGroup[]): void {
    this.app.view.collapsed.value = groups.map((group) => this.app.arranging.keyOf(group));
    this.zoomTo(null);
  }

  /** Selects a class by its index among all, and brings it into sight. */
  goToClass(classIndex: number): void {
    const { trueClass } = this.app.arrangement.peek().entryCell({ trueClass: classIndex, predClass: classIndex });
    const numClasses = this.app.numClasses.peek();
    this.app.view.selection.value = { trueClass: classIndex, predClass: classIndex };
    if (numClasses > 0) this.zoomTo(showClass(this.app.viewport.peek(), trueClass, numClasses));
  }

  /** Brings a group into sight, where its classes stand together. */
  goToGroup(group: ClassGroup): void {
    const entries = group.classes.map((one) => this.app.arrangement.peek().entryOf[one] ?? 0);
    const numClasses = this.app.numClasses.peek();
    if (numClasses > 0) this.zoomTo(zoomToClasses(Math.min(...entries), Math.max(...entries), numClasses));
  }

  /** Sorts by a column; again: the other way round; again: in the class order. */
  sortBy(column: string, isDescendingFirst: boolean): void {
    const { sorting } = this.app.view;
    const before = sorting.peek();
    if (before?.column !== column) sorting.value = { column, isDescending: isDescendingFirst };
    else sorting.value = before.isDescending === isDescendingFirst ? { column, isDescending: !isDescendingFirst } : null;
  }

  /** Tells changes against a datum; null: against the first step of each series. */
  pinBaseline(baseline: DatumRef | null): void {
    this.app.view.baseline.value = baseline;
  }

  /** Pins what is looked into as the baseline; lets the baseline go, where that is it. */
  pinPresent(): void {
    const key = this.app.focusedCard.peek()?.shown ?? null;
    const pinned = this.app.view.baseline.peek();
    const isPinned =
      pinned !== null && key !== null && pinned.run === key.run && pinned.tag === key.tag && pinned.step === key.step;
    this.pinBaseline(isPinned || key === null ? null : { run: key.run, tag: key.tag, step: key.step });
  }

  togglePanel(panel: "sidebar" | "inspector"): void {
    const isOpen = (panel === "sidebar" ? this.app.isSidebarOpen : this.app.isInspectorOpen).peek();
    this.app.view[panel].value = isOpen ? "closed" : "open";
  }

  /** Holds the present colour range over steps and runs, or lets it go. */
  lockColours(isLocked: boolean): void {
    const { view, colourRange } = this.app;
    view.lock.value = isLocked ? { ...colourRange.peek(), normalize: view.normalize.peek(), scale: view.scale.peek() } : null;
  }

  zoomTo(viewport: Viewport | null): void {
    this.app.view.viewport.value = viewport === null || isFull(viewport, this.app.numClasses.peek()) ? null : viewport;
  }
}
