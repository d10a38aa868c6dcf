import { z } from "zod";
import type {
  Budget,
  ResolvedHistory,
  ResolvedNotify,
  ResolvedWeb,
  ResolvedWebhooks,
} from "../resolved.ts";
import { agentKeys } from "./agent.ts";
import {
  count,
  dollars,
  hostName,
  httpUrl,
  name,
  port,
  positiveDuration,
  text,
  variableName,
} from "./fields.ts";
import { camelKeys, crossField, object } from "./object.ts";
import { type WorkingRoot, workingRootSchema } from "./working-directory.ts";

/** A reference to agent files or to a sub-fleet. */
export interface Reference {
  readonly path: string;
  readonly name?: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** A fleet file with its defaults; `defaults` and `overrides` are checked as layers of their agents. */
export interface FleetConfig {
  readonly fleet: { readonly name?: string; readonly description?: string };
  readonly agents: readonly Reference[];
  readonly fleets: readonly Reference[];
  readonly concurrency: { readonly perAgent?: number; readonly fleetWide?: number };
  readonly history: ResolvedHistory;
  readonly web: ResolvedWeb;
  readonly webhooks: ResolvedWebhooks;
  readonly budget?: Budget;
  readonly notify?: ResolvedNotify;
  readonly workingDirectory?: WorkingRoot;
}

const webSchema: z.ZodType<ResolvedWeb> = object({
  enabled: z
    .boolean()
    .default(false)
    .describe("Serve the HTTP API over TCP, to whoever has a token."),
  host: text.default("localhost").describe("Address to listen on."),
  port: port.default(3232).describe("Port to listen on."),
  allowed_hosts: z
    .array(hostName)
    .default([])
    .describe("Names under which clients come, as of a proxy before it."),
  session_expiry_hours: z
    .number()
    .positive()
    .default(24)
    .describe("Idle hours until a chat starts afresh."),
  open_browser: z.boolean().default(false).describe("Open the dashboard at the start."),
  tool_results: z.boolean().default(true).describe("Show results of tools in chats."),
  message_grouping: z
    .enum(["separate", "grouped"])
    .default("separate")
    .describe("Show each message of a turn by itself, or together."),
}).transform(camelKeys);

const webhooksSchema: z.ZodType<ResolvedWebhooks> = object({
  enabled: z.boolean().default(false).describe("Accept webhooks."),
  host: text.default("localhost").describe("Address to listen on."),
  port: port.default(8081).describe("Port to listen on."),
  path: z
    .string()
    .regex(/^\//, 'must start with "/"')
    .default("/hooks")
    .describe("Path before `<agent>/<schedule>`."),
  secret_env: variableName.exactOptional().describe("Environment variable with the shared secret."),
}).transform(camelKeys);

const notifySchema: z.ZodType<ResolvedNotify> = object({
  command: text.exactOptional().describe("Command line that gets the event as JSON on stdin."),
  url: httpUrl.exactOptional().describe("Address that gets the event as JSON."),
  on: z
    .array(z.enum(["failed", "missed", "waiting"]))
    .default(["failed", "missed", "waiting"])
    .describe("Events that are told."),
})
  .refine(
    (notify) => notify.command !== undefined || notify.url !== undefined,
    crossField({ path: "command", error: 'needs "command" or "url"' }),
  )
  .meta({ anyOf: [{ required: ["command"] }, { required: ["url"] }] });

const anything = z.record(z.string(), z.unknown());

const agentReference: z.ZodType<Reference> = z.union([
  text.describe("Path or glob; relative to this file.").transform((path) => ({ path })),
  object({
    path: text.describe("Path or glob of agent files; relative to this file."),
    overrides: anything
      .meta({ layer: "agent" })
      .exactOptional()
      .describe("Agent fields that win over the agent file."),
  }),
]);

const fleetReference: z.ZodType<Reference> = object({
  path: text.describe("Fleet file or its folder; relative to this file."),
  name: name
    .exactOptional()
    .describe("Name of the sub-fleet (default: its own, else its folder's)."),
  overrides: anything
    .meta({ layer: "fleet" })
    .exactOptional()
    .describe("Fleet fields that win over the sub-fleet's file."),
});

const belongsUnderDefaults = Object.fromEntries(
  agentKeys.map((key) => [key, 'is a field of agents: write it under "defaults"']),
);

/** A fleet file. */
export const fleetSchema: z.ZodType<FleetConfig> = object(
  {
    version: z
      .literal(1, { error: "must be 1: the only version of this format" })
      .default(1)
      .describe("Version of this format."),
    fleet: object({
      name: text
        .exactOptional()
        .describe("Name of the fleet, for people; part of agent names in a sub-fleet."),
      description: z.string().exactOptional().describe("What it is for."),
    })
      .prefault({})
      .describe("The fleet itself."),
    defaults: anything
      .meta({ layer: "agent" })
      .exactOptional()
      .describe("Agent fields for every agent that does not set them."),
    agents: z.array(agentReference).default([]).describe("Agent files of the fleet."),
    fleets: z
      .array(fleetReference)
      .default([])
      .describe("Sub-fleets; their agents are named `sub.agent`."),
    concurrency: object({
      per_agent: count.exactOptional().describe("Jobs of one agent at one time (default 1)."),
      fleet_wide: count
        .exactOptional()
        .describe("Jobs of all agents at one time (default: no limit)."),
    })
      .transform(camelKeys)
      .prefault({})
      .describe("How much runs at one time."),
    history: object({
      max_jobs_per_agent: count.default(100).describe("Finished jobs kept per agent."),
      max_jobs_total: count.exactOptional().describe("Finished jobs kept in all."),
      max_age: positiveDuration
        .exactOptional()
        .describe(
          "Forget finished jobs, fires and log entries after this time (default: jobs never, the rest 30d).",
        ),
    })
      .transform(camelKeys)
      .prefault({})
      .describe("How much is kept."),
    web: webSchema.prefault({}).describe("HTTP API and dashboard."),
    webhooks: webhooksSchema.prefault({}).describe("Triggers from other services."),
    budget: object(
      {
        usd_per_day: dollars
          .exactOptional()
          .describe("Starts no job beyond this in a day, US dollars."),
      },
      { usd_per_job: 'is a field of agents: write it under "defaults.budget"' },
    )
      .transform(camelKeys)
      .exactOptional()
      .describe("Limits on cost of the whole fleet."),
    notify: notifySchema.exactOptional().describe("Tells a person when something needs attention."),
    working_directory: workingRootSchema
      .exactOptional()
      .describe("Where repositories of agents are cloned."),
  },
  { ...belongsUnderDefaults, name: 'belongs under "fleet": write "fleet: {name: …}"' },
).transform(({ version: _, defaults: __, ...rest }) => camelKeys(rest));
