import { computed, type ReadonlySignal } from "@preact/signals-core";
import { type Arrangement, type ClassGroup, isSameArrangement, makeArrangement } from "../model/arrangement";
import {
  classOrder,
  groupName,
  groupsOf,
  ORDERS_OF_A_MATRIX,
  type OrderBasis,
  orderedGroups,
  type Similarity,
} from "../model/class_order";
import { type ClassInfo, type DatumKey, datumId } from "../model/listing";
import type { ConfusionMatrix } from "../model/matrix";
import { SHOWN, shownClasses } from "../model/shown_classes";
import type { Store } from "./store";
import type { ViewState } from "./view_state";

/** The classes that the cards have in common: those of the first card whose matrix has come. */
export interface ClassSet {
  readonly classNames: readonly string[];
  readonly info: ClassInfo | null;
}

/** The one order, filter and grouping of classes that all cards and views share. */
export class Arranging {
  constructor(
    private readonly view: ViewState,
    private readonly store: Store,
    private readonly classSet: ReadonlySignal<ClassSet>,
    /** The datum that the order goes by. */
    private readonly referenceKey: ReadonlySignal<DatumKey | null>,
    private readonly matrixAt: (key: DatumKey) => ConfusionMatrix | null,
  ) {}

  /** Whether the order or the choice of classes goes by a matrix. */
  readonly needsReference = computed(
    () => ORDERS_OF_A_MATRIX.includes(this.view.order.value) || ["confused", "errors"].includes(this.view.shown.value),
  );

  /** The datum whose similarity is wanted; null: none. */
  readonly similarityKey = computed(() => (this.view.order.value === "similarity" ? this.referenceKey.value : null));

  /** What can be chosen to be shown: those chosen by hand only where there are any. */
  readonly shownChoices = computed(() => SHOWN.filter((one) => one !== "chosen" || this.view.chosen.value.length > 0));
  readonly specialClass = computed(() => this.classSet.value.info?.specialClass ?? null);
  /** The given group of each class; null: none are given. */
  readonly classGroups = computed(() => {
    const { info, classNames } = this.classSet.value;
    return info?.classGroups?.length === classNames.length ? info.classGroups : null;
  });

  /** The groups that the order is made of, and those that are collapsed. */
  readonly groups: ReadonlySignal<readonly ClassGroup[]> = computed(() => orderedGroups(this.view.order.value, this.basis()));
  readonly collapsedGroups: ReadonlySignal<readonly ClassGroup[]> = computed(() =>
    this.view.collapsed.value.flatMap((key) => this.groupOf(key) ?? []),
  );

  readonly hasGroups = computed(() => this.groups.value.length + this.collapsedGroups.value.length > 0);

  private last: Arrangement | null = null;
  private lastSimilarity: Similarity | null = null;

  readonly arrangement: ReadonlySignal<Arrangement> = computed(() => {
    const { classNames } = this.classSet.value;
    const made = makeArrangement({
      classNames,
      classOrder: classOrder(this.view.order.value, this.basis()),
      collapsed: this.collapsedGroups.value,
      shown: this.shown(classNames.length),
      specialClass: this.specialClass.value,
    });
    return this.sameIfEqual(made);
  });

  /** By name. */
  private readonly givenGroups: ReadonlySignal<ReadonlyMap<string, ClassGroup>> = computed(() => {
    const given = groupsOf(this.classGroups.value, this.classSet.value.classNames.length);
    return new Map(given.filter((group) => group.name !== "").map((group) => [group.name, group]));
  });

  /** The groups that can be collapsed. */
  readonly openGroups: ReadonlySignal<readonly ClassGroup[]> = computed(() => {
    const closed = new Set(this.view.collapsed.value);
    return this.groups.value.filter((group) => !closed.has(this.keyOf(group)));
  });

  /** How a group is told in a link: a given one by its name, another by its classes. */
  keyOf(group: ClassGroup): string {
    const given = this.givenGroups.value.get(group.name)?.classes;
    const isGiven = given?.length === group.classes.length && given.every((one, i) => one === group.classes[i]);
    return isGiven ? `=${group.name}` : group.classes.join(".");
  }

  private groupOf(key: string): ClassGroup | null {
    const { classNames } = this.classSet.value;
    if (key.startsWith("=")) return this.givenGroups.value.get(key.slice(1)) ?? null;
    const classes = key.split(".").map(Number);
    if (!classes.every((one) => Number.isInteger(one) && one >= 0 && one < classNames.length)) return null;
    return { name: groupName(classes, classNames), classes };
  }

  private shown(numClasses: number): ReadonlySet<number> | null {
    const { shown, chosen, numConfused } = this.view;
    const matrix = ["confused", "errors"].includes(shown.value) ? this.referenceMatrix() : null;
    return shownClasses(shown.value, numClasses, chosen.value, numConfused.value, matrix);
  }

  /** Looked up only where it is needed: an order by index doesn't change with the step. */
  private basis(): OrderBasis {
    const self = this;
    return {
      classNames: this.classSet.value.classNames,
      get classGroups() {
        return self.classGroups.value;
      },
      get matrix() {
        return self.referenceMatrix();
      },
      get specialClass() {
        return self.specialClass.value;
      },
      get similarity() {
        return self.similarity();
      },
    };
  }

  private referenceMatrix(): ConfusionMatrix | null {
    const key = this.referenceKey.value;
    return key && this.matrixAt(key);
  }

  /** Until the new one has come, the last one: the page doesn't jump to and fro. */
  private similarity(): Similarity | null {
    const key = this.referenceKey.value;
    this.lastSimilarity = (key && this.store.similarities.value.get(datumId(key))) ?? this.lastSimilarity;
    return this.lastSimilarity;
  }

  /** The same object for the same arrangement, so that what was arranged stays so. */
  private sameIfEqual(made: Arrangement): Arrangement {
    if (this.last === null || !isSameArrangement(this.last, made)) this.last = made;
    return this.last;
  }
}
