import { z } from "zod";
import { nearestOf } from "../../errors.ts";

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;

/** `T` with its top-level keys in camelCase. */
export type CamelKeys<T> = { [K in keyof T as K extends string ? Camel<K> : K]: T[K] };

/** snake_case keys → camelCase, one level: the values were converted by their own schemas. */
export function camelKeys<T extends object>(value: T): CamelKeys<T> {
  const camel: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) camel[toCamel(key)] = item;
  return camel as CamelKeys<T>;
}

const camelNames = new Map<string, string>();

// Asked for each field of each agent: the keys are those of the schemas, so they are few.
function toCamel(key: string): string {
  const known = camelNames.get(key);
  if (known !== undefined) return known;
  const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  camelNames.set(key, name);
  return name;
}

/** Reasons to give for keys that are refused, by key. */
export type KeyHints = Readonly<Record<string, string>>;

/**
 * An object that refuses unknown keys. Its message has one line per unknown key, in the order of the
 * issue's `keys`: only here are the keys that would be allowed still known.
 */
export function object<S extends z.ZodRawShape>(
  shape: S,
  hints: KeyHints = {},
): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(skipAbsent(shape), {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      return issue.keys.map((key) => unknownKey(key, known, hints)).join("\n");
    },
  });
}

// zod checks an `exactOptional` field that is absent like any other, and forgets what it found; that is
// a third of what an agent costs. No YAML has the `undefined` that `optional` lets pass beyond it.
function skipAbsent<S extends z.ZodRawShape>(shape: S): S {
  const fields = Object.entries(shape).map(([key, field]) => {
    if (!(field instanceof z.ZodExactOptional)) return [key, field];
    const meta = field.meta();
    const optional = z.optional(field.unwrap());
    return [key, meta ? optional.meta(meta) : optional];
  });
  return Object.fromEntries(fields) as S;
}

function unknownKey(key: string, known: readonly string[], hints: KeyHints): string {
  const hint = Object.hasOwn(hints, key) ? hints[key] : undefined;
  if (hint) return `"${key}" ${hint}`;
  const near = nearestOf(key, known);
  const question = near ? ` Did you mean "${near}"?` : "";
  return `unknown key "${key}".${question} Allowed: ${known.join(", ")}.`;
}

/** What a rule over several fields says, and where. */
export interface CrossFieldRule {
  readonly path: string;
  readonly error: string;
}

/**
 * Parameters for `refine` on an object: the rule runs beside whatever else is wrong, and is marked,
 * because a layer that others complete cannot be held to it.
 */
export function crossField(rule: CrossFieldRule): {
  path: PropertyKey[];
  error: string;
  when: (payload: z.core.ParsePayload) => boolean;
  params: Record<string, unknown>;
} {
  return {
    path: [rule.path],
    error: rule.error,
    when: (payload) => typeof payload.value === "object" && payload.value !== null,
    params: { crossField: true },
  };
}
