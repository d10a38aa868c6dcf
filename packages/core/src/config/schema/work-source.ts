import { z } from "zod";
import type { ResolvedWorkSource } from "../resolved.ts";
import { count, httpUrl, innerPath, text, texts, variableName } from "./fields.ts";
import { camelKeys, object } from "./object.ts";

const labels = object({
  ready: text.default("ready").describe("Label of issues that may be taken."),
  in_progress: text
    .default("agent-working")
    .describe("Label put on an issue while it is worked on."),
}).transform(camelKeys);

const auth = object({
  token_env: variableName.default("GITHUB_TOKEN").describe("Environment variable with the token."),
}).transform(camelKeys);

/** Where an agent finds its work. */
export const workSourceSchema: z.ZodType<ResolvedWorkSource> = z.discriminatedUnion("type", [
  object({
    type: z.literal("github").describe("Issues of a GitHub repository."),
    repo: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, 'must be a GitHub repository: "owner/repo"')
      .describe("Repository, `owner/repo`."),
    labels: labels.prefault({}).describe("Labels that mark the state of an issue."),
    exclude_labels: texts.default([]).describe("Issues with one of these labels are left alone."),
    cleanup_on_failure: z
      .boolean()
      .default(true)
      .describe("Put the ready label back when the job fails."),
    cleanup_in_progress: z
      .boolean()
      .exactOptional()
      .describe("Release items that an earlier run left in progress."),
    auth: auth.prefault({}).describe("How to sign in."),
    base_url: httpUrl
      .default("https://api.github.com")
      .describe("Address of the API, for GitHub Enterprise."),
  }).transform(camelKeys),
  object({
    type: z.literal("folder").describe("Files in a folder, one item of work each."),
    path: text.describe("Folder of waiting items; relative to this file."),
    pattern: text
      .default("*")
      .describe("Names of the files that are items of work, as a glob; hidden files never are."),
    done: innerPath.default("done").describe("Sub-folder that finished items move to."),
    failed: innerPath.default("failed").describe("Sub-folder that failed items move to."),
    max_attempts: count
      .default(3)
      .describe("Jobs that may fail at an item before it moves to `failed`."),
  }).transform(camelKeys),
]);
