import { merge } from "./merge.ts";
import type { Place } from "./problems.ts";
import { writtenText } from "./source-places.ts";
import type { Source } from "./source.ts";
import { depthOf, type ValuePath } from "./value-path.ts";

/** One contribution to a merged value: a whole file, or a part of one. */
export interface Layer {
  readonly source: Source;
  /** Where the part is in its file. */
  readonly at: ValuePath;
  /** In the one form that is merged (see `legacy.ts`). */
  readonly value: unknown;
}

/** Layers from low to high; the file that the result belongs to is `own`. */
export interface Stack {
  readonly layers: readonly Layer[];
  readonly own: Layer;
}

/** The merged value of a stack. */
export function mergedValue(stack: Stack): unknown {
  return stack.layers.map((layer) => layer.value).reduce(merge, undefined);
}

/** The layer that a path of the merged value comes from; for what is missing, the nearest one. */
export function layerOf(stack: Stack, path: ValuePath): Layer {
  let best = stack.own;
  let bestDepth = depthOf(best.value, path);
  for (const layer of stack.layers.toReversed()) {
    const depth = depthOf(layer.value, path);
    const isHigher = stack.layers.indexOf(layer) > stack.layers.indexOf(best);
    if (depth > bestDepth || (depth === path.length && bestDepth === depth && isHigher)) {
      [best, bestDepth] = [layer, depth];
    }
  }
  return best;
}

/** Where a path of the merged value is written. */
export function placeIn(stack: Stack, path: ValuePath, on: "key" | "value" = "value"): Place {
  const layer = layerOf(stack, path);
  return { source: layer.source, path: [...layer.at, ...path], on };
}

/** Tells whether the text at `path` came out of a variable. */
export function isInterpolated(stack: Stack, path: ValuePath): boolean {
  const { source, at } = layerOf(stack, path);
  return writtenText(source, [...at, ...path])?.includes("${") ?? false;
}
