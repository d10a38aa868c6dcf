import { isMapping, type ValuePath } from "./value-path.ts";

/** The environment that configuration sees. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that a text referred to. */
export interface VariableUse {
  readonly name: string;
  readonly path: ValuePath;
  /** Its value or the default; `undefined`: it is not set and has no default. */
  readonly value: string | undefined;
}

/** A value with its variables replaced, and which they were. */
export interface Interpolated {
  readonly value: unknown;
  readonly uses: readonly VariableUse[];
}

// "$${" first: it stands for itself and starts no variable.
const reference = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Replaces `${NAME}` and `${NAME:-default}` in every string of a value; `$${` becomes `${`. */
export function interpolate(written: unknown, env: Environment): Interpolated {
  const uses: VariableUse[] = [];
  return { value: walk(written, []), uses };

  function walk(item: unknown, path: ValuePath): unknown {
    if (typeof item === "string") return item.includes("${") ? replace(item, path) : item;
    if (Array.isArray(item)) return item.map((child, index) => walk(child, [...path, index]));
    if (!isMapping(item)) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, child]) => [key, walk(child, [...path, key])]),
    );
  }

  function replace(text: string, path: ValuePath): string {
    return text.replace(reference, (match, name: string | undefined, fallback?: string) => {
      if (name === undefined) return "${";
      const value = env[name] ?? fallback;
      uses.push({ name, path, value });
      return value ?? match;
    });
  }
}
