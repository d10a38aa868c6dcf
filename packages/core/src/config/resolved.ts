/**
 * The configuration as the rest of the code sees it: camelCase, absolute paths, durations in
 * milliseconds, defaults applied, environment filled in. YAML's snake_case ends in `config/`.
 */

/** A fleet, ready to run. */
export interface ResolvedConfig {
  readonly fleet: ResolvedFleet;
  readonly agents: readonly ResolvedAgent[];
  /** The file that was loaded, or the directory of agent files. */
  readonly configPath: string;
  /** Folder that contains the fleet file; `.env` and the default state directory are beside it. */
  readonly configDir: string;
  /** Every file that was read, for watching and for masking in containers. */
  readonly files: readonly string[];
  /** Problems that do not stop the fleet: deprecated, not active yet, missing working directory. */
  readonly warnings: readonly ConfigProblem[];
  /** Variables of `.env` that every Claude gets: those that are about Claude Code itself. */
  readonly claudeEnv: Readonly<Record<string, string>>;
  /** Values of the environment that the configuration referenced and that must never be shown. */
  readonly secrets: readonly string[];
}

/** One problem of the configuration, with its place. */
export interface ConfigProblem {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** YAML path, such as `schedules.nightly.cron`. */
  readonly path: string;
  /** What is wrong and what is allowed, with the nearest match of a misspelt name. */
  readonly message: string;
  /** The lines around the place with a marker, ready to print. */
  readonly frame: string;
}

/** Fleet-wide settings. */
export interface ResolvedFleet {
  readonly name?: string;
  readonly description?: string;
  readonly concurrency: { readonly perAgent?: number; readonly fleetWide?: number };
  readonly history: ResolvedHistory;
  readonly web: ResolvedWeb;
  readonly webhooks: ResolvedWebhooks;
  readonly budget?: Budget;
  readonly notify?: ResolvedNotify;
}

export interface ResolvedHistory {
  readonly maxJobsPerAgent: number;
  readonly maxJobsTotal?: number;
  /** Milliseconds; absent: finished jobs are never too old. */
  readonly maxAge?: number;
}

export interface ResolvedWeb {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  /** Names under which clients may come, beside the host, `localhost` and addresses. */
  readonly allowedHosts: readonly string[];
  readonly sessionExpiryHours: number;
  readonly openBrowser: boolean;
  readonly toolResults: boolean;
  readonly messageGrouping: "separate" | "grouped";
}

export interface ResolvedWebhooks {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly secretEnv?: string;
}

export interface ResolvedNotify {
  readonly command?: string;
  readonly url?: string;
  readonly on: readonly ("failed" | "missed" | "waiting")[];
}

/** US dollars. */
export interface Budget {
  readonly usdPerJob?: number;
  readonly usdPerDay?: number;
}

export type RuntimeType = "sdk" | "cli";
export type SettingSource = "user" | "project" | "local";
export type PermissionMode =
  | "default"
  | "acceptEdits"
  | "bypassPermissions"
  | "plan"
  | "dontAsk"
  | "auto";
export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** An agent, ready to run. */
export interface ResolvedAgent {
  /** Name as written in its file. */
  readonly name: string;
  /** Sub-fleet names and agent name joined by dots: unique in the fleet. */
  readonly qualifiedName: string;
  readonly fleetPath: readonly string[];
  /** The agent's file. */
  readonly configPath: string;
  readonly description?: string;
  /** Absolute. */
  readonly workingDirectory: string;
  /** Repository to clone into the working directory when that is missing. */
  readonly repo?: ResolvedRepo;
  readonly identity?: {
    readonly name?: string;
    readonly role?: string;
    readonly personality?: string;
  };
  /** A string replaces Claude Code's preset prompt; `append` adds to it. */
  readonly systemPrompt?: string | { readonly append: string };
  readonly defaultPrompt?: string;
  readonly schedules: readonly ResolvedSchedule[];
  readonly session: {
    readonly mode: "fresh" | "persistent";
    /** Idle milliseconds after which a stored session is not continued. */
    readonly timeout: number;
  };
  readonly mcpServers: Readonly<Record<string, ResolvedMcpServer>>;
  readonly plugins: readonly ResolvedPlugin[];
  readonly model?: string;
  readonly fallbackModel?: string;
  readonly effort?: Effort;
  readonly maxTurns?: number;
  readonly permissionMode: PermissionMode;
  /** Tools that exist for the agent; absent: all. */
  readonly tools?: readonly string[];
  /** Tools that need no approval. */
  readonly allowedTools: readonly string[];
  readonly deniedTools: readonly string[];
  readonly settingSources: readonly SettingSource[];
  readonly runtime: RuntimeType;
  /** Concurrent jobs; absent: the fleet's `per_agent` limit, else 1. */
  readonly concurrency?: number;
  /** Higher first; 0 by default. */
  readonly priority: number;
  /** Wall clock of one job, milliseconds. */
  readonly timeout?: number;
  readonly retry: ResolvedRetry;
  readonly budget?: Budget;
  readonly expect: readonly ResolvedExpect[];
  readonly approvals?: ResolvedApprovals;
  readonly canTrigger: readonly string[];
  readonly worktree: boolean;
  readonly untrusted: boolean;
  /** Added to the environment of the agent's processes. */
  readonly env: Readonly<Record<string, string>>;
  /** JSON file in the working directory that hooks get to see. */
  readonly metadataFile: string;
  readonly hooks: {
    readonly beforeRun: readonly ResolvedHook[];
    readonly afterRun: readonly ResolvedHook[];
    readonly onError: readonly ResolvedHook[];
  };
  readonly docker?: ResolvedDocker;
  readonly workSource?: ResolvedWorkSource;
  readonly chat?: ResolvedChat;
}

/** Name used by an older document; the same type. */
export type ResolvedAgentConfig = ResolvedAgent;

export interface ResolvedRepo {
  /** What `git clone` takes. */
  readonly url: string;
  readonly autoClone: boolean;
  readonly cloneDepth: number;
  readonly defaultBranch?: string;
}

export interface ResolvedPlugin {
  readonly type: "local";
  readonly path: string;
  readonly skipMcpDiscovery: boolean;
}

export type ResolvedMcpServer =
  | {
      readonly type: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly timeout?: number;
      readonly alwaysLoad?: boolean;
    }
  | {
      readonly type: "http" | "sse";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly timeout?: number;
      readonly alwaysLoad?: boolean;
    };

export interface ResolvedRetry {
  /** Attempts of one job, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds before the second attempt; doubles after that. */
  readonly backoff: number;
  readonly onInterrupt: "fail" | "resume";
}

export type ResolvedExpect =
  | { readonly type: "command"; readonly command: string; readonly timeout: number }
  | { readonly type: "file"; readonly path: string; readonly changed: boolean }
  | { readonly type: "json_schema"; readonly schema: Readonly<Record<string, unknown>> };

export interface ResolvedApprovals {
  readonly tools: readonly string[];
  /** Milliseconds that the process is held before the job parks. */
  readonly hold: number;
  readonly expires: number;
  readonly default: "allow" | "deny";
}

/** When and how an agent runs by itself. */
export interface ResolvedSchedule {
  readonly name: string;
  readonly type: "interval" | "cron" | "webhook" | "chat";
  /** Milliseconds between fires of an `interval` schedule. */
  readonly interval?: number;
  readonly cron?: string;
  /** The interval or cron expression as written. */
  readonly expression?: string;
  /** IANA name; absent: the machine's zone. */
  readonly timezone?: string;
  readonly prompt?: string;
  readonly enabled: boolean;
  /** Milliseconds. */
  readonly jitter: number;
  readonly overlap: "skip" | "queue" | "cancel_running" | "allow";
  readonly catchUp: "skip" | "latest" | "all";
  /** Milliseconds that a missed fire stays worth catching up. */
  readonly catchUpWindow: number;
  readonly timeout?: number;
  readonly retry?: ResolvedRetry;
  readonly resumeSession: boolean;
  readonly when?: ResolvedGate;
  readonly workSource?: ResolvedWorkSource;
  readonly outputToFile: boolean;
  /** Where it stands in YAML, to name it in messages. */
  readonly source: { readonly file: string; readonly line: number };
}

export type ResolvedGate =
  | { readonly type: "command"; readonly command: string; readonly timeout: number }
  | { readonly type: "git"; readonly path: string; readonly ref?: string }
  | { readonly type: "http"; readonly url: string; readonly timeout: number };

interface HookBase {
  readonly name?: string;
  readonly continueOnError: boolean;
  readonly onEvents: readonly ("completed" | "failed" | "timeout" | "cancelled")[];
  readonly when?: string;
  readonly timeout: number;
  readonly idempotent: boolean;
  /** Although its agent is in a container: whoever wrote it may act on the host. */
  readonly onHost?: boolean;
}

export type ResolvedHook = HookBase &
  (
    | { readonly type: "shell"; readonly command: string }
    | {
        readonly type: "webhook";
        readonly url: string;
        readonly method: "POST" | "PUT";
        readonly headers: Readonly<Record<string, string>>;
      }
    | {
        readonly type: "discord" | "slack";
        readonly channelId: string;
        readonly botTokenEnv: string;
      }
  );

/** The `docker` block, validated and camelCased; `runner/runtime/docker-config.ts` turns it into flags. */
export interface ResolvedDocker {
  readonly enabled: boolean;
  /** Image that contains `claude`. */
  readonly image?: string;
  /** Absent: `bridge`, and `none` with `egress`. */
  readonly network?: "none" | "bridge" | "host";
  /** As Docker takes it, such as `2g`. */
  readonly memory: string;
  readonly cpus?: number;
  readonly cpuShares?: number;
  /** Microseconds. */
  readonly cpuPeriod?: number;
  /** Microseconds. */
  readonly cpuQuota?: number;
  readonly pidsLimit: number;
  /** `UID` or `UID:GID`. */
  readonly user?: string;
  readonly workspaceMode: "rw" | "ro";
  /** `host:container[:ro|rw]`; `host` is an absolute path, or the name of a volume. */
  readonly volumes: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly tmpfs: readonly string[];
  /** `host:container` or `container`. */
  readonly ports: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  /** `host`, `*.host`, each with or without `:port`. */
  readonly egress?: { readonly allow: readonly string[] };
  /** Absent: `proxy` where there can be one, else `env`. */
  readonly credentials?: "proxy" | "mount" | "env";
  readonly ephemeral: boolean;
  readonly maxContainers: number;
  /** Fields of the Docker API. */
  readonly hostConfig?: Readonly<Record<string, unknown>>;
}

/** A work source; the `github` one's own module reads the rest. */
export type ResolvedWorkSource =
  | ResolvedFolderSource
  | { readonly type: "github"; readonly [option: string]: unknown };

/** Files in a folder, one item of work each. */
export interface ResolvedFolderSource {
  readonly type: "folder";
  /** Absolute. */
  readonly path: string;
  /** Glob for the names of items. */
  readonly pattern: string;
  /** Sub-folders that items move to. */
  readonly done: string;
  readonly failed: string;
  /** Jobs that may fail at an item before it moves to `failed`. */
  readonly maxAttempts: number;
}

/** Chat connectors, validated and camelCased; each connector's package reads its own part. */
export interface ResolvedChat {
  readonly discord?: Readonly<Record<string, unknown>>;
  readonly slack?: Readonly<Record<string, unknown>>;
}
