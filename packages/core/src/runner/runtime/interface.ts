import type { Readable, Writable } from "node:stream";
import type {
  McpSdkServerConfigWithInstance,
  SDKMessage,
  SDKUserMessage,
  Settings,
} from "@anthropic-ai/claude-agent-sdk";
import type { ResolvedAgent, ResolvedMcpServer } from "../../config/resolved.ts";
import type { AttemptFiles } from "../../state/attempt-files.ts";
import type { ProcessRecord } from "../../state/job-record.ts";

/** Drives Claude for one attempt of a job. */
export interface RuntimeInterface {
  /**
   * Starts Claude, or joins the process named by `adopt`, and yields its messages until it is gone.
   * Rejects when Claude could not be started or ended without a word; an error that Claude reported
   * is a `result` message.
   */
  execute(options: ExecuteOptions): AsyncIterable<SDKMessage>;
}

export interface ExecuteOptions {
  readonly agent: ResolvedAgent;
  /**
   * What Claude is asked; several turns in a conversation. `undefined`: nothing, the resumed session
   * goes on with the tool call at which it was put off.
   */
  readonly prompt: string | AsyncIterable<SDKUserMessage> | undefined;
  readonly session: SessionRequest;
  /** Names the job to Claude and to whoever looks at the process list. */
  readonly jobId: string;
  /**
   * Place of the job among those of its agent that run: no two have the same at one time. Without one,
   * no container is kept for it.
   */
  readonly slot?: number;
  readonly limits: { readonly maxTurns?: number; readonly maxBudgetUsd?: number };
  /** Aborted on cancel and timeout: Claude is asked to stop, then made to. */
  readonly signal: AbortSignal;
  /**
   * Aborted when this process goes and claude may stay: a runtime that can do without us then throws
   * the signal's reason and asks nothing of claude.
   */
  readonly leave?: AbortSignal;
  readonly launcher: Launcher;
  /** Where a claude that may outlive this process reads its prompt and writes what it says. */
  readonly files: AttemptFiles;
  /** Reads on what this process of an earlier owner wrote and writes, from the start; starts nothing. */
  readonly adopt?: ProcessRecord;
  /** herdctl's own tools for this job. */
  readonly herdctl?: HerdctlServer;
  /** For the prompt of a conversation. */
  readonly conversation?: ConversationLink;
  /** Settings of Claude Code for this job, above every file's. */
  readonly settings?: Settings;
}

/** What a conversation wants beside its turns: Claude's words piece by piece, and a way to interrupt. */
export interface ConversationLink {
  /** Called once, before the first message. */
  readonly onOpen: (controls: TurnControls) => void;
}

/** Steers the turn in progress. */
export interface TurnControls {
  /** Asks Claude to end the turn: its result comes, and the next turn can. */
  interrupt(): Promise<unknown>;
}

/** herdctl's MCP server for one job. */
export interface HerdctlServer {
  /** For a claude that ends with this process. */
  readonly inProcess: () => Promise<McpSdkServerConfigWithInstance>;
  /** For a claude that may outlive it: the command of the bridge that it starts. */
  readonly bridge: Extract<ResolvedMcpServer, { readonly type: "stdio" }>;
}

/** The conversation of an attempt; `id` is always minted by herdctl. */
export type SessionRequest =
  | { readonly mode: "new"; readonly id: string }
  | { readonly mode: "resume"; readonly id: string }
  | { readonly mode: "fork"; readonly id: string; readonly from: string };

export interface ClaudeCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name of the container that the command starts and stands for. */
  readonly container?: string;
  /** That container was there before and stays: the command stands for what runs in it. */
  readonly keepsContainer?: true;
}

/**
 * Where the claude process lives. The local launcher starts it on this machine, a container launcher
 * elsewhere; the runtimes do not know the difference.
 */
export interface Launcher {
  /** Working directory as Claude sees it. */
  readonly cwd: string;
  /** Path of the binary as the process sees it. */
  readonly claudePath: string;
  /** Environment for the process: credentials, marker, the agent's own. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Starts the process behind a gate: it does nothing until its record is stored, and ends with this
   * process. Synchronous, because the SDK asks for it so.
   */
  start(command: ClaudeCommand): PipedClaude;
  /**
   * Starts a process that reads `files.prompt`, where there is one, writes to the other files and goes
   * on when this process ends. Resolves when its record is stored and it may act; rejects when it
   * cannot, and then it never does.
   */
  startDetached(command: ClaudeCommand, files: AttemptFiles): Promise<ClaudeProcess>;
  /** Joins a process that an earlier owner started. */
  attach(record: ProcessRecord): ClaudeProcess;
}

/** A started claude, owned by its record. */
export interface ClaudeProcess {
  readonly record: ProcessRecord;
  /** `null` while it runs, and for good where it is not a child of this process. */
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  isAlive(): boolean;
  /** Asks Claude to stop what it does and to tell its result. */
  interrupt(): void;
  /**
   * Ends it and everything it started: asks, waits `graceMs`, kills, until two scans find nothing.
   * Resolves with the pids that are alive nevertheless.
   */
  end(graceMs: number): Promise<readonly number[]>;
}

/** A claude that speaks to this process. */
export interface PipedClaude extends ClaudeProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly killed: boolean;
  kill(signal: NodeJS.Signals): boolean;
  on(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  once(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): void;
  once(event: "error", listener: (error: Error) => void): void;
  off(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): void;
  off(event: "error", listener: (error: Error) => void): void;
}
