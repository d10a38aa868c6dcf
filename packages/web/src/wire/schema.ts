import { z } from "zod";

/** One schema for each property of `T`, none missing and none too many, so that no type drifts. */
export type Shape<T> = {
  readonly [Key in keyof T]-?: Partial<Record<Key, unknown>> extends Pick<T, Key>
    ? z.ZodOptional<z.ZodType<Exclude<T[Key], undefined>>>
    : z.ZodType<T[Key]>;
};

/** An answer: fields that this version does not know are dropped. */
export function answer<T>(shape: Shape<T>): z.ZodType<T> {
  return z.object(shape) as z.ZodType<T>;
}

/** A request: fields that this version does not know are refused. */
export function request<T>(shape: Shape<T>): z.ZodType<T> {
  return z.strictObject(shape) as z.ZodType<T>;
}

/** What something is called. */
export const name: z.ZodType<string> = z.string().regex(/\S/, "must not be empty");

/** A string that is one of `T`; every one of them must be listed. */
export function oneOf<T extends string>(values: Readonly<Record<T, true>>): z.ZodType<T> {
  return z.literal(Object.keys(values) as T[]);
}

/** `Date` in the library, ISO-8601 UTC with milliseconds on the wire. */
export const date: z.ZodType<Date> = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (value) => value.toISOString(),
});

const largest = Number.MAX_SAFE_INTEGER;

/** A whole number in a query string. */
export function queryInteger(minimum: number, maximum: number = largest): z.ZodType<number> {
  const range = z.int().min(minimum).max(maximum);
  const codec = z.codec(z.string().regex(/^\d{1,15}$/, "a whole number"), range, {
    decode: Number,
    encode: String,
  });
  return codec.meta({ type: "integer", minimum, ...(maximum < largest && { maximum }) });
}

// A page is read, masked and sent in one piece.
const longestPage = 1_000;

/** What a list takes that comes in pages. */
export const pageShape: Shape<{ readonly limit?: number; readonly cursor?: string }> = {
  limit: queryInteger(1, longestPage).optional(),
  cursor: name.optional(),
};

/** `true` or `false` in a query string. */
export const queryBoolean: z.ZodType<boolean> = z
  .codec(z.enum(["true", "false"]), z.boolean(), {
    decode: (text) => text === "true",
    encode: (value) => (value ? "true" : "false"),
  })
  .meta({ type: "boolean" });
