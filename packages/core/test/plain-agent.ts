import type { ResolvedAgent, ResolvedDocker } from "../src/config/resolved.ts";

/** An agent with nothing but defaults, for pure functions. */
export const plainAgent: ResolvedAgent = {
  name: "a",
  qualifiedName: "a",
  fleetPath: [],
  configPath: "/f/a.yaml",
  workingDirectory: "/w",
  schedules: [],
  session: { mode: "fresh", timeout: 86_400_000 },
  mcpServers: {},
  plugins: [],
  permissionMode: "acceptEdits",
  allowedTools: [],
  deniedTools: [],
  settingSources: [],
  runtime: "sdk",
  priority: 0,
  retry: { maxAttempts: 1, backoff: 1, onInterrupt: "fail" },
  expect: [],
  canTrigger: [],
  worktree: false,
  untrusted: false,
  env: {},
  metadataFile: "metadata.json",
  hooks: { beforeRun: [], afterRun: [], onError: [] },
};

/** A `docker` block with nothing but defaults. */
export const plainDocker: ResolvedDocker = {
  enabled: true,
  memory: "2g",
  pidsLimit: 512,
  workspaceMode: "rw",
  volumes: [],
  env: {},
  tmpfs: [],
  ports: [],
  labels: {},
  readOnly: false,
  ephemeral: true,
  maxContainers: 5,
};
