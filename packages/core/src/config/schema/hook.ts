import { z } from "zod";
import type { ResolvedHook } from "../resolved.ts";
import { headers, httpUrl, milliseconds, text, variableName } from "./fields.ts";
import { camelKeys, type CamelKeys, object } from "./object.ts";

const named = {
  name: text.exactOptional().describe("Name in results and logs."),
  when: text
    .exactOptional()
    .describe("Dot path into the hook's context; the hook runs when the value there is truthy."),
  idempotent: z
    .boolean()
    .default(false)
    .describe("May run again after a crash that hid whether it had finished."),
};

const beforeRun = {
  ...named,
  continue_on_error: z
    .boolean()
    .default(false)
    .describe("`true`: the job runs although this hook failed; else it is rejected."),
};

const afterRun = {
  ...named,
  continue_on_error: z
    .boolean()
    .default(true)
    .describe("`false`: a failing hook makes the job fail, and the hooks after it do not run."),
  on_events: z
    .array(z.enum(["completed", "failed", "timeout", "cancelled"]))
    .default([])
    .describe("Outcomes it runs for (default: all)."),
};

function timeout(milli: number): z.ZodDefault<z.ZodType<number, string | number>> {
  return milliseconds
    .default(milli)
    .describe("Longest run: a duration, or a number of milliseconds.");
}

const shell = {
  type: z.literal("shell").describe("Runs a command in the working directory."),
  command: text.describe("Command line; gets the context as JSON on stdin."),
  timeout: timeout(30_000),
};

const webhook = {
  type: z.literal("webhook").describe("Sends the context to an address."),
  url: httpUrl.describe("Address that gets the context as JSON."),
  method: z.enum(["POST", "PUT"]).default("POST").describe("HTTP method."),
  headers: headers.default({}).describe("HTTP headers."),
  timeout: timeout(10_000),
};

const discord = {
  type: z.literal("discord").describe("Posts to a Discord channel."),
  channel_id: text.describe("Channel to post in."),
  bot_token_env: variableName.describe("Environment variable with the bot token."),
  timeout: timeout(10_000),
};

const slack = {
  type: z.literal("slack").describe("Posts to a Slack channel."),
  channel_id: text.describe("Channel to post in."),
  bot_token_env: variableName
    .default("SLACK_BOT_TOKEN")
    .describe("Environment variable with the bot token."),
  timeout: timeout(10_000),
};

/** A hook that runs before a job; there is no outcome yet that it could choose. */
const beforeRunSchema: z.ZodType<ResolvedHook> = z.discriminatedUnion("type", [
  object({ ...shell, ...beforeRun }).transform(toBeforeRun),
  object({ ...webhook, ...beforeRun }).transform(toBeforeRun),
  object({ ...discord, ...beforeRun }).transform(toBeforeRun),
  object({ ...slack, ...beforeRun }).transform(toBeforeRun),
]);

/** A hook that runs after a job. */
const afterRunSchema: z.ZodType<ResolvedHook> = z.discriminatedUnion("type", [
  object({ ...shell, ...afterRun }).transform(camelKeys),
  object({ ...webhook, ...afterRun }).transform(camelKeys),
  object({ ...discord, ...afterRun }).transform(camelKeys),
  object({ ...slack, ...afterRun }).transform(camelKeys),
]);

function toBeforeRun<T extends object>(value: T): CamelKeys<T> & Pick<ResolvedHook, "onEvents"> {
  return { ...camelKeys(value), onEvents: [] };
}

/** The `hooks` block of an agent. */
export interface HooksConfig {
  readonly beforeRun: readonly ResolvedHook[];
  readonly afterRun: readonly ResolvedHook[];
  readonly onError: readonly ResolvedHook[];
}

/** Hooks by the moment they run. */
export const hooksSchema: z.ZodType<HooksConfig> = object({
  before_run: z
    .array(beforeRunSchema)
    .default([])
    .describe("Run before Claude starts; a failing one rejects the job."),
  after_run: z
    .array(afterRunSchema)
    .default([])
    .describe("Run after every job that was not cancelled."),
  on_error: z
    .array(afterRunSchema)
    .default([])
    .describe("Run after a failed job, after `after_run`."),
}).transform(camelKeys);
