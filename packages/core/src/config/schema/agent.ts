import { z } from "zod";
import type {
  Budget,
  Effort,
  PermissionMode,
  ResolvedAgent,
  ResolvedApprovals,
  ResolvedPlugin,
  SettingSource,
} from "../resolved.ts";
import { toolPatternForm } from "../tool-pattern.ts";
import { chatSchema } from "./chat.ts";
import { dockerSchema } from "./docker.ts";
import { expectsSchema } from "./expect.ts";
import {
  count,
  dollars,
  environment,
  innerPath,
  name,
  positiveDuration,
  text,
  texts,
} from "./fields.ts";
import { hooksSchema } from "./hook.ts";
import { mcpServerSchema } from "./mcp.ts";
import { camelKeys, object } from "./object.ts";
import { retrySchema, type ScheduleConfig, scheduleSchema } from "./schedule.ts";
import { type WorkingRoot, workingRootSchema } from "./working-directory.ts";
import { workSourceSchema } from "./work-source.ts";

/** An agent as its merged YAML says, with defaults, before paths and names are resolved. */
export interface AgentConfig extends Omit<
  ResolvedAgent,
  | "qualifiedName"
  | "fleetPath"
  | "configPath"
  | "workingDirectory"
  | "repo"
  | "schedules"
  | "session"
> {
  readonly workingDirectory?: string | WorkingRoot;
  readonly repo?: string;
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  readonly session: SessionConfig;
}

interface SessionConfig {
  readonly mode: "fresh" | "persistent";
  readonly timeout: number;
  readonly maxTurns?: number;
  readonly model?: string;
}

const permissionModes: readonly PermissionMode[] = [
  "default",
  "acceptEdits",
  "bypassPermissions",
  "plan",
  "dontAsk",
  "auto",
];
const efforts: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];
const settingSources: readonly SettingSource[] = ["user", "project", "local"];

const permissionMode = z.enum(permissionModes, {
  error: (issue) =>
    issue.input === "delegate"
      ? `is a mode that Claude Code has removed; use one of ${permissionModes.join(", ")}`
      : undefined,
});

const budget: z.ZodType<Budget> = object({
  usd_per_job: dollars.exactOptional().describe("Stops a job that costs more, US dollars."),
  usd_per_day: dollars.exactOptional().describe("Starts no job beyond this in a day, US dollars."),
}).transform(camelKeys);

const session: z.ZodType<SessionConfig> = object({
  mode: z
    .enum(["fresh", "persistent"])
    .default("fresh")
    .describe(
      "`fresh`: each job has its own session; `persistent`: jobs continue the agent's last one.",
    ),
  timeout: positiveDuration
    .prefault("24h")
    .describe("Idle time after which a stored session is not continued."),
  max_turns: count.exactOptional().describe("Used when the agent has no `max_turns`."),
  model: text.exactOptional().describe("Used when the agent has no `model`."),
}).transform(camelKeys);

const plugin: z.ZodType<ResolvedPlugin> = z.union([
  text.transform((path): ResolvedPlugin => ({ type: "local", path, skipMcpDiscovery: false })),
  object({
    type: z.literal("local").describe("A plugin in a folder."),
    path: text.describe("Folder of the plugin; relative to this file."),
    skip_mcp_discovery: z.boolean().default(false).describe("Leave out the plugin's MCP servers."),
  }).transform(camelKeys),
]);

const toolPattern = z
  .string()
  .regex(
    toolPatternForm,
    'must be a tool, such as "Write" or "mcp__github", or calls of one, such as "Bash(git *push*)"',
  );

const approvals: z.ZodType<ResolvedApprovals> = object({
  tools: z
    .array(toolPattern)
    .default([])
    .meta({ examples: [["Bash(git *push*)", "mcp__github"]] })
    .describe(
      "Calls that a person must approve: a tool, or with `(text)` those whose input has it.",
    ),
  hold: positiveDuration
    .prefault("30s")
    .describe("How long claude waits for an answer before it gives its place up."),
  expires: positiveDuration.prefault("24h").describe("How long a request stays open."),
  default: z.enum(["allow", "deny"]).default("deny").describe("Verdict when it expires."),
});

const runtimeType = z.enum(["sdk", "cli"]);

const serverName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]+$/, "must be a server name: letters, digits, _ and -")
  .refine((server) => server !== "herdctl", "is the name of herdctl's own server: choose another");

const scheduleName = z
  .string()
  .regex(
    /^[^/:\s](?:[^/:\r\n]*[^/:\s])?$/,
    'must be a schedule name: without "/" and ":", not starting or ending with a space',
  );

const fields = {
  working_directory: z
    .union([text, workingRootSchema])
    .exactOptional()
    .describe(
      "Folder the agent works in; relative to this file (default: the agent file's folder).",
    ),
  repo: text
    .meta({ examples: ["owner/repo", "https://example.com/team/repo.git", "../repo"] })
    .exactOptional()
    .describe("Repository to clone when it is missing: `owner/repo`, an address or a path."),
  identity: object({
    name: text.exactOptional().describe("Who the agent is."),
    role: text.exactOptional().describe("What it is responsible for."),
    personality: text.exactOptional().describe("How it writes and decides."),
  })
    .exactOptional()
    .describe("Added to the system prompt."),
  system_prompt: z
    .union([text, object({ append: text.describe("Text added to Claude Code's own prompt.") })])
    .exactOptional()
    .describe("A text replaces Claude Code's system prompt; `append` adds to it."),
  default_prompt: text.exactOptional().describe("Prompt of a trigger that brings none."),
  schedules: z
    .record(scheduleName, scheduleSchema)
    .default({})
    .describe("When the agent runs by itself, by name."),
  session: session.prefault({}).describe("How Claude sessions are kept."),
  mcp_servers: z
    .record(serverName, mcpServerSchema)
    .default({})
    .describe("MCP servers the agent may use, by name."),
  plugins: z.array(plugin).default([]).describe("Claude Code plugins, as folders."),
  model: text
    .meta({ examples: ["sonnet", "opus"] })
    .exactOptional()
    .describe("Model or alias (default: Claude Code's)."),
  fallback_model: text.exactOptional().describe("Model to use when the first is overloaded."),
  effort: z.enum(efforts).exactOptional().describe("How much the model thinks."),
  max_turns: count.exactOptional().describe("Turns after which a job is stopped."),
  permission_mode: permissionMode
    .default("acceptEdits")
    .describe("What the agent may do without being asked."),
  tools: texts.exactOptional().describe("Tools that exist for the agent (default: all)."),
  allowed_tools: texts
    .meta({ examples: [["Read", "Bash(git *)"]] })
    .default([])
    .describe("Tools that need no approval, as permission rules."),
  denied_tools: texts.default([]).describe("Tools that are refused, as permission rules."),
  permissions: object({
    mode: permissionMode.exactOptional().describe("The same as `permission_mode`."),
    allowed_tools: texts.exactOptional().describe("The same as `allowed_tools` of the agent."),
    denied_tools: texts.exactOptional().describe("The same as `denied_tools` of the agent."),
  })
    .exactOptional()
    .describe("Nested form of `permission_mode`, `allowed_tools` and `denied_tools`."),
  setting_sources: z
    .array(z.enum(settingSources))
    .default(["project", "local"])
    .describe("Claude Code settings to load; `project` includes CLAUDE.md."),
  runtime: z
    .union([
      runtimeType,
      object({
        type: runtimeType.describe("The same as `runtime: sdk` or `runtime: cli`."),
      }).transform((runtime) => runtime.type),
    ])
    .default("sdk")
    .describe("How Claude is driven: `sdk` or `cli`."),
  docker: dockerSchema.exactOptional().describe("Run in a container; `true` is `{enabled: true}`."),
  concurrency: count
    .exactOptional()
    .describe("Jobs at one time (default: the fleet's `per_agent`, else 1)."),
  instances: object({
    max_concurrent: count.exactOptional().describe("The same as `concurrency`."),
  })
    .exactOptional()
    .describe("Older form of `concurrency`."),
  priority: z.int().default(0).describe("Place in the queue: higher runs first."),
  timeout: positiveDuration
    .meta({ examples: ["30m"] })
    .exactOptional()
    .describe("Wall clock limit of one job."),
  retry: retrySchema.prefault({}).describe("What happens after a transient failure."),
  budget: budget.exactOptional().describe("Limits on cost."),
  expect: expectsSchema
    .default([])
    .describe("Checks after the run; a failing one makes the job fail."),
  approvals: approvals.exactOptional().describe("Tools that wait for a person."),
  can_trigger: texts.default([]).describe("Agents that this one may trigger."),
  worktree: z.boolean().default(false).describe("Give each job its own git worktree."),
  untrusted: z
    .boolean()
    .default(false)
    .describe(
      "Treat the repository as untrusted: none of its settings, hooks or servers are loaded.",
    ),
  env: environment.default({}).describe("Added to the environment of the agent's processes."),
  metadata_file: innerPath
    .default("metadata.json")
    .describe("JSON file in the working directory that hooks get to see."),
  hooks: hooksSchema.prefault({}).describe("What runs before and after a job."),
  work_source: workSourceSchema.exactOptional().describe("Where the agent finds its work."),
  chat: chatSchema.exactOptional().describe("Chat platforms the agent answers on."),
};

/** Keys that an agent and `defaults` have in common. */
export const agentKeys: readonly string[] = Object.keys(fields);

/** An agent file, or everything that is merged into one agent. */
export const agentSchema: z.ZodType<AgentConfig> = object(
  {
    name: name.describe("Name, unique in its fleet."),
    description: z.string().exactOptional().describe("What the agent is for."),
    ...fields,
  },
  { agents: "belongs in a fleet file", fleet: "belongs in a fleet file" },
)
  // Both are older or nested forms; `layer.ts` has moved what they say to where it belongs.
  .transform(({ permissions: _, instances: __, ...rest }) => camelKeys(rest));

/** `defaults` of a fleet: every agent field but `name` and `description`. */
export const agentDefaultsSchema: z.ZodType = object(fields, {
  name: "is each agent's own: it cannot be a default",
  description: "is each agent's own: it cannot be a default",
}).partial();
