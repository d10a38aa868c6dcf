import { z } from "zod";
import { durationPattern, parseDuration } from "../../duration.ts";

const durationMessage =
  'must be a duration: a number with its unit, such as "30s", "5m" or "1h30m" (units: ms, s, m, h, d, w)';

// Ten years: dates that are further off than that do not fit everywhere.
const longest = 3_650 * 86_400_000;

/** A duration as written, such as `1h30m`. */
export const durationText: z.ZodType<string, string> = z
  .string({ error: durationMessage })
  .regex(durationPattern, durationMessage)
  .refine((text) => (parseDuration(text) ?? 0) <= longest, "must be at most 3650d");

/** A duration in milliseconds; 0 is allowed. */
export const duration: z.ZodType<number, string> = durationText.transform(
  (text) => parseDuration(text) ?? 0,
);

/** A duration in milliseconds, longer than 0. */
export const positiveDuration: z.ZodType<number, string> = durationText
  .refine((text) => parseDuration(text) !== 0, "must be longer than 0")
  .transform((text) => parseDuration(text) ?? 0);

/** Milliseconds as a number, as older files have it, or a duration. */
export const milliseconds: z.ZodType<number, string | number> = z.union([
  z.int().positive().max(longest),
  positiveDuration,
]);

/** Text with at least one character. */
export const text: z.ZodType<string, string> = z.string().min(1);

/** A list of texts. */
export const texts: z.ZodType<string[], string[]> = z.array(text);

/** A count of at least 1. */
export const count: z.ZodType<number, number> = z.int().min(1);

/** Amount of US dollars. */
export const dollars: z.ZodType<number, number> = z.number().positive();

/** TCP port. */
export const port: z.ZodType<number, number> = z.int().min(1).max(65_535);

/** Name of an environment variable. */
export const variableName: z.ZodType<string, string> = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "must be the name of an environment variable: letters, digits and _, not starting with a digit",
  );

/** Environment variables; numbers and booleans become text. */
export const environment: z.ZodType<
  Record<string, string>,
  Record<string, string | number | boolean>
> = z.record(
  variableName,
  z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value)),
);

/** HTTP headers. */
export const headers: z.ZodType<Record<string, string>, Record<string, string>> = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of an HTTP header"),
  z.string().regex(/^[^\r\n]*$/, "must not contain a line break"),
);

const urlMessage = "must be an http:// or https:// address";

/** An http or https address. */
export const httpUrl: z.ZodType<string, string> = z
  .string()
  .regex(/^https?:\/\//, { error: urlMessage, abort: true })
  .refine((value) => URL.canParse(value), urlMessage);

/** Name of a machine, without scheme and port. */
export const hostName: z.ZodType<string, string> = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i,
    "must be the name of a machine, such as fleet.example.com, without scheme and port",
  );

const nameMessage = "must be a name: letters, digits, _ and -, starting with a letter or digit";

/** Name of an agent or a sub-fleet. */
export const name: z.ZodType<string, string> = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/, nameMessage);

/** Path inside the working directory. */
export const innerPath: z.ZodType<string, string> = z
  .string()
  .regex(
    /^(?![/\\])(?!(?:.*[/\\])?\.\.(?:[/\\]|$))./,
    'must be a path inside the working directory: relative and without ".."',
  );
