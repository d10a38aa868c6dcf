import type {
  AgentFileInfo,
  AgentPreview,
  AgentSource,
  Demand,
  FileState,
  InstalledAgentDetails,
  InstalledAgentInfo,
  RemovedAgent,
} from "@herdctl/core";
import { z } from "zod";
import { answer, date, oneOf } from "./schema.ts";

type GitSource = Extract<AgentSource, { type: "git" }>;
type FolderSource = Extract<AgentSource, { type: "folder" }>;

const source: z.ZodType<AgentSource> = z.union([
  answer<GitSource>({
    type: z.literal("git"),
    url: z.string(),
    ref: z.string().optional(),
    inside: z.string(),
  }),
  answer<FolderSource>({ type: z.literal("folder"), folder: z.string(), inside: z.string() }),
]);

const demand = answer<Demand>({
  kind: oneOf<Demand["kind"]>({
    runs: true,
    permissions: true,
    commands: true,
    network: true,
    servers: true,
    schedules: true,
    variables: true,
    places: true,
    instructions: true,
    agents: true,
  }),
  text: z.string(),
});

export const agentPreview: z.ZodType<AgentPreview> = answer<AgentPreview>({
  name: z.string(),
  ownName: z.string().optional(),
  description: z.string().optional(),
  source,
  commit: z.string().optional(),
  folder: z.string(),
  file: z.string(),
  files: z.array(
    answer<AgentFileInfo>({ path: z.string(), size: z.number(), executable: z.boolean() }),
  ),
  demands: z.array(demand),
  digest: z.string(),
});

const installed = {
  name: z.string(),
  source,
  commit: z.string().optional(),
  installedAt: date,
  folder: z.string(),
  file: z.string(),
  files: z.record(z.string(), oneOf<FileState>({ unchanged: true, changed: true, missing: true })),
};

export const installedAgent: z.ZodType<InstalledAgentInfo> = answer<InstalledAgentInfo>(installed);

export const installedAgentDetails: z.ZodType<InstalledAgentDetails> =
  answer<InstalledAgentDetails>({
    ...installed,
    description: z.string().optional(),
    demands: z.array(demand).optional(),
  });

export const removedAgent: z.ZodType<RemovedAgent> = answer<RemovedAgent>({
  folder: z.string(),
  removed: z.array(z.string()),
  kept: z.array(z.string()),
});
