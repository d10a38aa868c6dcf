import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { oldPathsOf } from "./legacy.ts";
import { positionAt, type Source } from "./source.ts";
import type { ValuePath } from "./value-path.ts";

/** What stands at a path: the key that leads there and the value. */
interface Found {
  readonly key: Node | undefined;
  readonly value: Node | null;
}

/** Offset of the key or the value at `path`, or of the nearest thing above it that exists. */
export function offsetOf(source: Source, path: ValuePath, part: "key" | "value"): number {
  for (let length = path.length; length > 0; length--) {
    const found = findNode(source, path.slice(0, length));
    if (!found) continue;
    const wantsKey = part === "key" || length < path.length;
    const node = wantsKey ? (found.key ?? found.value) : (found.value ?? found.key);
    // An empty value has no extent of its own: its key is what can be seen.
    const empty = node && node.range && node.range[0] === node.range[1];
    const visible = empty ? (found.key ?? node) : node;
    if (visible?.range) return visible.range[0];
  }
  return source.document().contents?.range?.[0] ?? 0;
}

/** Line of the key at `path`. */
export function lineOfKey(source: Source, path: ValuePath): number {
  const [field, name, ...deeper] = path;
  const known =
    field === "schedules" && name !== undefined && deeper.length === 0
      ? source.scheduleLines.get(String(name))
      : undefined;
  return known ?? positionAt(source.text, offsetOf(source, path, "key")).line;
}

/** The text of the scalar at `path` as written, variables and all. */
export function writtenText(source: Source, path: ValuePath): string | undefined {
  const node = findNode(source, path)?.value;
  return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
}

/** From where to where the value at `path` extends. */
export function extentOf(source: Source, path: ValuePath): readonly [number, number] | undefined {
  const range = findNode(source, path)?.value?.range;
  return range ? [range[0], range[1]] : undefined;
}

function findNode(source: Source, path: ValuePath): Found | undefined {
  const direct = walk(source, path);
  if (direct) return direct;
  for (const old of oldPathsOf(path)) {
    const found = walk(source, old);
    if (found) return found;
  }
  return undefined;
}

function walk(source: Source, path: ValuePath): Found | undefined {
  let found: Found = { key: undefined, value: source.document().contents };
  for (const step of path) {
    const next = child(source, found.value, step);
    if (!next) return undefined;
    found = next;
  }
  return found;
}

function child(source: Source, parent: Node | null, step: string | number): Found | undefined {
  const node = isAlias(parent) ? parent.resolve(source.document()) : parent;
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { key: undefined, value: item as Node };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => keyOf(item) === String(step));
  if (pair) return { key: pair.key as Node, value: pair.value as Node | null };
  return mergedChild(source, node, step);
}

function mergedChild(source: Source, map: YAMLMap, step: string | number): Found | undefined {
  for (const pair of map.items) {
    if (keyOf(pair) !== "<<") continue;
    const merged = pair.value as Node | null;
    const parts = isSeq(merged) ? (merged.items as Node[]) : [merged];
    for (const part of parts) {
      const found = child(source, part, step);
      if (found) return found;
    }
  }
  return undefined;
}

function keyOf({ key }: Pair): string {
  if (!isScalar(key)) return "";
  // The value of a merge key is a symbol.
  return typeof key.value === "symbol" ? (key.value.description ?? "") : String(key.value);
}
