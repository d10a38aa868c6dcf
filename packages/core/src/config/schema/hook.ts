import { z } from "zod";
import type { ResolvedHook } from "../resolved.ts";
import { headers, httpUrl, milliseconds, text, variableName } from "./fields.ts";
import { camelKeys, object } from "./object.ts";

const shared = {
  name: text.exactOptional().describe("Name in results and logs."),
  continue_on_error: z
    .boolean()
    .default(true)
    .describe("`false`: a failing hook makes the job fail."),
  on_events: z
    .array(z.enum(["completed", "failed", "timeout", "cancelled"]))
    .default([])
    .describe("Outcomes it runs for (default: all)."),
  when: text
    .exactOptional()
    .describe("Dot path into the hook's context; the hook runs when the value there is truthy."),
  idempotent: z
    .boolean()
    .default(false)
    .describe("May run again after a crash that hid whether it had finished."),
};

function timeout(milli: number): z.ZodDefault<z.ZodType<number, string | number>> {
  return milliseconds
    .default(milli)
    .describe("Longest run: a duration, or a number of milliseconds.");
}

/** A hook: what runs before or after a job. */
export const hookSchema: z.ZodType<ResolvedHook> = z.discriminatedUnion("type", [
  object({
    type: z.literal("shell").describe("Runs a command in the working directory."),
    command: text.describe("Command line; gets the context as JSON on stdin."),
    timeout: timeout(30_000),
    ...shared,
  }).transform(camelKeys),
  object({
    type: z.literal("webhook").describe("Sends the context to an address."),
    url: httpUrl.describe("Address that gets the context as JSON."),
    method: z.enum(["POST", "PUT"]).default("POST").describe("HTTP method."),
    headers: headers.default({}).describe("HTTP headers."),
    timeout: timeout(10_000),
    ...shared,
  }).transform(camelKeys),
  object({
    type: z.literal("discord").describe("Posts to a Discord channel."),
    channel_id: text.describe("Channel to post in."),
    bot_token_env: variableName.describe("Environment variable with the bot token."),
    timeout: timeout(10_000),
    ...shared,
  }).transform(camelKeys),
  object({
    type: z.literal("slack").describe("Posts to a Slack channel."),
    channel_id: text.describe("Channel to post in."),
    bot_token_env: variableName
      .default("SLACK_BOT_TOKEN")
      .describe("Environment variable with the bot token."),
    timeout: timeout(10_000),
    ...shared,
  }).transform(camelKeys),
]);

/** The `hooks` block of an agent. */
export interface HooksConfig {
  readonly beforeRun: readonly ResolvedHook[];
  readonly afterRun: readonly ResolvedHook[];
  readonly onError: readonly ResolvedHook[];
}

/** Hooks by the moment they run. */
export const hooksSchema: z.ZodType<HooksConfig> = object({
  before_run: z
    .array(hookSchema)
    .default([])
    .describe(
      "Run before Claude starts; a failing one with `continue_on_error: false` rejects the job.",
    ),
  after_run: z
    .array(hookSchema)
    .default([])
    .describe("Run after every job that was not cancelled."),
  on_error: z.array(hookSchema).default([]).describe("Run after a failed job, after `after_run`."),
}).transform(camelKeys);
