/** Steps from the root of a YAML value: keys and indexes. */
export type ValuePath = readonly (string | number)[];

/** A plain mapping, as YAML gives it. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Tells mappings from lists, scalars and null. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The value at `path`; `undefined` when there is none. */
export function valueAt(value: unknown, path: ValuePath): unknown {
  let current = value;
  for (const step of path) {
    if (!isObject(current) || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

/** How many steps of `path` exist in `value`. */
export function depthOf(value: unknown, path: ValuePath): number {
  let depth = 0;
  while (depth < path.length && valueAt(value, path.slice(0, depth + 1)) !== undefined) depth++;
  return depth;
}

/** A copy of `value` with `change` applied at each place that matches `pattern`; `*` is any step. */
export function changeAt(
  value: unknown,
  pattern: readonly string[],
  change: (found: unknown, path: ValuePath) => unknown,
  path: ValuePath = [],
): unknown {
  const [step] = pattern;
  if (step === undefined) return change(value, path);
  if (step !== "*" && (!isObject(value) || !Object.hasOwn(value, step))) return value;
  const rest = pattern.slice(1);
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      step === "*" || step === String(index)
        ? changeAt(item, rest, change, [...path, index])
        : item,
    );
  }
  if (!isMapping(value)) return value;
  const keys = step === "*" ? Object.keys(value) : [step];
  let copy = value;
  for (const key of keys) {
    const changed = changeAt(value[key], rest, change, [...path, key]);
    if (changed !== value[key]) copy = { ...copy, [key]: changed };
  }
  return copy;
}
