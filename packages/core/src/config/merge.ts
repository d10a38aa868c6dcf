import { isMapping } from "./value-path.ts";

/** Lays `high` over `low`: mappings merge deeply, everything else replaces. Neither is changed. */
export function merge(low: unknown, high: unknown): unknown {
  if (high === undefined) return low;
  if (!isMapping(low) || !isMapping(high)) return high;
  const merged: Record<string, unknown> = { ...low };
  for (const [key, value] of Object.entries(high)) {
    const below = Object.hasOwn(low, key) ? low[key] : undefined;
    // Assigning would set the prototype for the key "__proto__".
    Object.defineProperty(merged, key, {
      value: merge(below, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return merged;
}
