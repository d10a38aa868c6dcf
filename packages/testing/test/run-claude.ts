import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { query, type SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import {
  claudeBinary,
  createModelServer,
  inPrompt,
  type ModelServer,
  type ModelServerOptions,
  type Script,
  type ScriptBuilder,
} from "../src/index.ts";

export type Source = Script | ScriptBuilder;

/** A server, and a folder with a home and a workspace of their own. */
export interface Bench extends AsyncDisposable {
  readonly server: ModelServer;
  readonly dir: string;
  env(more?: Readonly<Record<string, string>>): Record<string, string>;
  /** Runs `claude -p` with the script in its prompt; `args` follow. */
  cli(source: Source | string, options?: RunOptions): Promise<Run>;
}

export interface RunOptions {
  readonly args?: readonly string[];
  /** Added to the usual environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the usual environment. */
  readonly exactEnv?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly messages: readonly SDKMessage[];
  readonly result: Extract<SDKMessage, { type: "result" }>;
  readonly exitCode: number | null;
}

export async function createBench(options?: ModelServerOptions): Promise<Bench> {
  const server = await createModelServer(options);
  const dir = await mkdtemp(join(tmpdir(), "herdctl-testing-"));
  const env: Bench["env"] = (more) => ({ ...server.env(join(dir, "home")), ...more });
  return {
    server,
    dir,
    env,
    cli: (source, run) =>
      runCli({
        prompt: promptOf(source),
        dir,
        env: run?.exactEnv ?? env(run?.env),
        args: run?.args ?? [],
      }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function promptOf(source: Source | string): string {
  return typeof source === "string" ? source : `Follow the script. ${inPrompt(source)} Thank you.`;
}

/** Runs the SDK's `query()` to its end; the error it throws after an error result is dropped. */
export async function runSdk(parameters: Parameters<typeof query>[0]): Promise<Run> {
  const messages: SDKMessage[] = [];
  try {
    for await (const message of query(parameters)) messages.push(message);
  } catch (error) {
    if (!messages.some((message) => message.type === "result")) throw error;
  }
  return { messages, result: resultOf(messages), exitCode: null };
}

async function runCli(run: {
  readonly prompt: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}): Promise<Run> {
  const args = [
    "-p",
    "--output-format",
    "stream-json",
    "--verbose",
    "--permission-mode",
    "acceptEdits",
  ];
  const child = spawn(claudeBinary(), [...args, ...run.args], { cwd: run.dir, env: run.env });
  child.stdin.end(run.prompt);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null ? once(child, "exit") : undefined,
  ]);
  const messages = stdout.split("\n").flatMap((line) => (line ? [toMessage(line)] : []));
  if (messages.length === 0) throw new Error(`claude said nothing: ${stderr}`);
  return { messages, result: resultOf(messages), exitCode: child.exitCode };
}

function toMessage(line: string): SDKMessage {
  return JSON.parse(line) as SDKMessage;
}

function resultOf(messages: readonly SDKMessage[]): Run["result"] {
  const result = messages.findLast((message) => message.type === "result");
  if (!result)
    throw new Error(`no result among ${messages.map((message) => message.type).join(", ")}`);
  return result;
}

/** Blocks of every assistant message. */
export function blocksOf(
  run: Run,
): readonly { readonly type: string; readonly [field: string]: unknown }[] {
  return run.messages.flatMap((message) =>
    message.type === "assistant" ? message.message.content.map((block) => ({ ...block })) : [],
  );
}
