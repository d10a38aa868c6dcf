import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  claudeBinary,
  createModelServer,
  inPrompt,
  type ModelServer,
  type Script,
  type ScriptBuilder,
} from "@herdctl/testing";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { ResolvedAgent } from "../../src/config/resolved.ts";
import { attemptFiles } from "../../src/state/attempt-files.ts";
import { createRedactor } from "../../src/redact.ts";
import { agentEnvironment } from "../../src/runner/environment.ts";
import {
  type Attempt,
  type AttemptRequest,
  JobExecutor,
  type OutputSink,
} from "../../src/runner/job-executor.ts";
import type { RuntimeInterface } from "../../src/runner/runtime/interface.ts";
import { createLocalLauncher } from "../../src/runner/runtime/launcher.ts";
import { SDKRuntime } from "../../src/runner/runtime/sdk-runtime.ts";
import type { ProcessRecord } from "../../src/state/job-record.ts";
import type { OutputEntry, OutputLine } from "../../src/state/output-line.ts";
import { plainAgent } from "../plain-agent.ts";
import { uniqueJobId } from "./processes.ts";

/** An agent that may do everything, in a folder that exists. */
export function testAgent(changes: Partial<ResolvedAgent> = {}): ResolvedAgent {
  return {
    ...plainAgent,
    name: "writer",
    qualifiedName: "writer",
    workingDirectory: tmpdir(),
    permissionMode: "bypassPermissions",
    ...changes,
  };
}

/** Keeps lines in memory. */
export class MemoryOutput implements OutputSink {
  readonly lines: OutputLine[] = [];

  append(entry: OutputEntry): OutputLine {
    const line = {
      seq: this.lines.length + 1,
      timestamp: new Date().toISOString(),
      attempt: 1,
      ...entry,
    };
    this.lines.push(line);
    return line;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}

export interface RunOptions extends Partial<Omit<AttemptRequest, "agent" | "prompt">> {
  readonly prompt?: string;
  readonly agent?: Partial<ResolvedAgent>;
  readonly secrets?: readonly string[];
  readonly runtime?: RuntimeInterface;
  /** As a subscriber, not with a key. */
  readonly login?: boolean;
  readonly claudePath?: string;
  /** Tells the time of the attempt's timeout. */
  readonly clock?: Clock;
}

export interface Ran extends Attempt {
  readonly jobId: string;
  readonly workingDirectory: string;
  readonly sessionId: string;
  readonly record: ProcessRecord | undefined;
  readonly lines: readonly OutputLine[];
}

/** The stand-in and the folders that the runs of one test file share. */
export class Bench implements AsyncDisposable {
  readonly server: ModelServer;
  readonly home: string;
  readonly cwd: string;

  constructor(parts: {
    readonly server: ModelServer;
    readonly root: string;
    readonly cwd: string;
  }) {
    this.server = parts.server;
    this.home = parts.root;
    this.cwd = parts.cwd;
  }

  static async open(): Promise<Bench> {
    const [server, root, cwd] = await Promise.all([
      createModelServer(),
      mkdtemp(join(tmpdir(), "herdctl-home-")),
      mkdtemp(join(tmpdir(), "herdctl-work-")),
    ]);
    return new Bench({ server, root, cwd });
  }

  environment(login = false): Record<string, string> {
    return {
      ...this.server.env(this.home, login ? { credential: "token" } : {}),
      CLAUDE_CODE_MAX_RETRIES: "2",
    };
  }

  /** Runs a script through `JobExecutor` and the real binary. */
  async run(script: Script | ScriptBuilder, options: RunOptions = {}): Promise<Ran> {
    const { agent: changes, prompt = "Do it.", secrets = [], login, ...request } = options;
    const { runtime = new SDKRuntime(), clock = systemClock } = options;
    const agent = testAgent({ workingDirectory: this.cwd, ...changes });
    const jobId = options.jobId ?? uniqueJobId();
    const output = new MemoryOutput();
    const session = options.session ?? { mode: "new", id: randomUUID() };
    let record: ProcessRecord | undefined;
    const attempt = await new JobExecutor({ runtime, clock }).run({
      jobId,
      agent,
      prompt: `${prompt} ${inPrompt(script)}`,
      session,
      limits: {},
      launcher: (onRecord) =>
        createLocalLauncher({
          cwd: agent.workingDirectory,
          claudePath: options.claudePath ?? claudeBinary(),
          env: agentEnvironment({ base: this.environment(login), agent, jobId }),
          jobId,
          agentName: agent.qualifiedName,
          lifeline: true,
          onRecord,
        }),
      files: attemptFiles(this.home, jobId, 1),
      output,
      redactor: createRedactor(secrets),
      signal: new AbortController().signal,
      ...request,
      onRecord: async (stored) => {
        record = stored;
        await options.onRecord?.(stored);
      },
    });
    const { workingDirectory } = agent;
    const ran = { ...attempt, jobId, workingDirectory, sessionId: session.id, record };
    return { ...ran, lines: output.lines };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await Promise.all(
      [this.home, this.cwd].map((folder) => rm(folder, { recursive: true, force: true })),
    );
  }
}
