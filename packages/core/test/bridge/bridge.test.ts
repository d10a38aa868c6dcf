import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { readProcess } from "../../src/processes/process-table.ts";
import { createAgentServer } from "../../src/runner/bridge/agent-server.ts";
import { type AgentTool, agentTool, type ToolCall } from "../../src/runner/bridge/agent-tool.ts";
import { bridgeCommand } from "../../src/runner/bridge/bridge-command.ts";
import { openMcpChannel } from "../../src/runner/bridge/mcp-channel.ts";
import { runBridge } from "../../src/runner/bridge/run-bridge.ts";
import { serveBridge } from "../../src/runner/bridge/serve-bridge.ts";

let folder: string;
let socketPath: string;
const started: ChildProcess[] = [];
const bridges: Writable[] = [];
const serving: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "herdctl-bridge-"));
  socketPath = join(folder, "herdctl.sock");
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  for (const input of bridges.splice(0)) input.end();
  await Promise.all(serving.splice(0).map((stop) => stop()));
  await rm(folder, { recursive: true, force: true });
});

interface Bridge {
  write(text: string): void;
  send(message: Readonly<Record<string, unknown>>): void;
  /** The next line that the bridge writes. */
  next(): Promise<unknown>;
}

/** The bridge in this process. */
function openBridge(): Bridge {
  const input = new PassThrough();
  const output = new PassThrough();
  void runBridge({ socketPath, input, output });
  bridges.push(input);
  return toBridge(input, output);
}

/** The bridge as claude starts it. */
function startBridge(): Bridge & { readonly child: ChildProcess } {
  const { command, args } = bridgeCommand(socketPath);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  started.push(child);
  return { child, ...toBridge(child.stdin, child.stdout) };
}

function toBridge(input: Writable, output: Readable): Bridge {
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return {
    write: (said) => input.write(said),
    send: (message) => input.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    next: async () => JSON.parse((await lines.next()).value ?? "null"),
  };
}

/** Answers with what it was told, when `gate` is open. */
function echoTool(calls: ToolCall[], gate: Promise<unknown> = Promise.resolve()): AgentTool {
  return agentTool({
    name: "echo",
    description: "Says it back.",
    input: { word: z.string() },
    call: async ({ word }, call) => {
      calls.push(call);
      await gate;
      if (word === "") throw new Error("Nothing to say.");
      return word;
    },
  });
}

async function serve(tool: AgentTool): Promise<() => Promise<void>> {
  const { instance } = await createAgentServer([tool]);
  const stop = await serveBridge(await openMcpChannel(instance), socketPath);
  serving.push(stop);
  return stop;
}

const callOf = (word: string, id = 7): Readonly<Record<string, unknown>> => ({
  id,
  method: "tools/call",
  params: {
    name: "echo",
    arguments: { word },
    _meta: { "claudecode/toolUseId": `toolu_${word}` },
  },
});
const answerOf = (word: string, id = 7): unknown => ({
  jsonrpc: "2.0",
  id,
  result: { content: [{ type: "text", text: word }] },
});

describe("the bridge", () => {
  it.each([
    ["in a process of its own", startBridge],
    ["in this one", openBridge],
  ])("carries a handshake, a list and a call (%s)", async (_, open) => {
    const calls: ToolCall[] = [];
    await serve(echoTool(calls));
    const bridge = open();
    const info = { protocolVersion: "2025-06-18", capabilities: {} };
    const clientInfo = { name: "test", version: "1" };
    bridge.send({ id: 0, method: "initialize", params: { ...info, clientInfo } });
    expect(await bridge.next()).toMatchObject({
      id: 0,
      result: { serverInfo: { name: "herdctl" } },
    });
    bridge.send({ method: "notifications/initialized" });
    bridge.send({ id: "a", method: "tools/list" });
    expect(await bridge.next()).toMatchObject({
      id: "a",
      result: { tools: [{ name: "echo", _meta: { "anthropic/alwaysLoad": true } }] },
    });
    bridge.send(callOf("hello"));
    expect(await bridge.next()).toEqual(answerOf("hello"));
    expect(calls.map((call) => call.id)).toEqual(["toolu_hello"]);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  });

  it("waits for somebody to listen, and needs no new handshake", async () => {
    const bridge = openBridge();
    bridge.send(callOf("early"));
    await serve(echoTool([]));
    expect(await bridge.next()).toEqual(answerOf("early"));
  });

  it("asks the next owner what the last one did not answer", async () => {
    const first: ToolCall[] = [];
    const stop = await serve(echoTool(first, new Promise(() => undefined)));
    const bridge = openBridge();
    bridge.send(callOf("again"));
    await expect.poll(() => first.length).toBe(1);
    await stop();
    expect(existsSync(socketPath)).toBe(false);
    const second: ToolCall[] = [];
    await serve(echoTool(second));
    expect(await bridge.next()).toEqual(answerOf("again"));
    expect([...first, ...second].map((call) => call.id)).toEqual(["toolu_again", "toolu_again"]);
    expect(first[0]?.signal.aborted).toBe(true);
  });

  it("gives a call of another client an id of its own", async () => {
    const calls: ToolCall[] = [];
    await serve(echoTool(calls));
    const bridge = openBridge();
    const params = { name: "echo", arguments: { word: "hi" } };
    for (const id of [1, 2]) {
      bridge.send({ id, method: "tools/call", params });
      expect(await bridge.next()).toEqual(answerOf("hi", id));
    }
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
  });

  it("tells what a tool threw, and what is no message", async () => {
    await serve(echoTool([]));
    const bridge = openBridge();
    bridge.send(callOf(""));
    expect(await bridge.next()).toMatchObject({
      result: { isError: true, content: [{ text: "Nothing to say." }] },
    });
    bridge.write("nonsense\n");
    expect(await bridge.next()).toMatchObject({ id: null, error: { code: -32_600 } });
  });

  it("refuses a message that is too long", async () => {
    await serve(echoTool([]));
    const bridge = openBridge();
    bridge.send(callOf("x".repeat(8 * 1_024 * 1_024)));
    expect(await bridge.next()).toMatchObject({
      id: 7,
      error: { message: expect.stringContaining("longer than") },
    });
    bridge.send(callOf("short"));
    expect(await bridge.next()).toEqual(answerOf("short"));
  });

  it("gives up what Claude takes back", async () => {
    const calls: ToolCall[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    await serve(echoTool(calls, gate));
    const bridge = openBridge();
    bridge.send(callOf("slow", 1));
    await expect.poll(() => calls.length).toBe(1);
    bridge.send({ method: "notifications/cancelled", params: { requestId: 1 } });
    await expect.poll(() => calls[0]?.signal.aborted).toBe(true);
    open();
    bridge.send(callOf("next", 2));
    expect(await bridge.next()).toEqual(answerOf("next", 2));
  });

  it("ends when its input does, also with a call under way", async () => {
    const bridge = startBridge();
    bridge.send(callOf("lost"));
    bridge.child.stdin?.end();
    const [code] = await once(bridge.child, "exit");
    expect(code).toBe(0);
  });

  it("ends when its parent is gone, although its input stays open", async () => {
    const calls: ToolCall[] = [];
    await serve(echoTool(calls));
    const { command, args } = bridgeCommand(socketPath);
    const line = [command, ...args].map((word) => `'${word}'`).join(" ");
    const parent = spawn("sh", ["-c", `${line} <&3 >/dev/null & echo $!; read -r end`], {
      stdio: ["pipe", "pipe", "inherit", "pipe"],
    });
    started.push(parent);
    const { stdin, stdout } = parent;
    if (!stdin || !stdout) throw new Error("no pipes");
    const [pid] = await once(stdout, "data");
    const input = parent.stdio[3];
    if (!(input instanceof Writable)) throw new Error("no pipe");
    input.write(`${JSON.stringify({ jsonrpc: "2.0", ...callOf("up") })}\n`);
    await expect.poll(() => calls.length).toBe(1);
    stdin.end();
    await expect.poll(() => readProcess(Number(pid))?.zombie ?? true).toBe(true);
  });
});

describe("the socket", () => {
  it("joins a call that is repeated while it is under way", async () => {
    const calls: ToolCall[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    await serve(echoTool(calls, gate));
    const line = JSON.stringify({ jsonrpc: "2.0", ...callOf("once") });
    const answers = [post(line), post(line)];
    await expect.poll(() => calls.length).toBe(1);
    open();
    expect((await Promise.all(answers)).map((body) => JSON.parse(body))).toEqual([
      answerOf("once"),
      answerOf("once"),
    ]);
    expect(calls).toHaveLength(1);
  });

  it("takes the place of a dead owner's", async () => {
    const { command, args } = { command: process.execPath, args: ["-e", listen(socketPath)] };
    const owner = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    await once(owner.stdout, "data");
    owner.kill("SIGKILL");
    await once(owner, "exit");
    expect(existsSync(socketPath)).toBe(true);
    await serve(echoTool([]));
    const answer = await post(JSON.stringify({ jsonrpc: "2.0", ...callOf("here") }));
    expect(JSON.parse(answer)).toEqual(answerOf("here"));
  });
});

async function post(line: string): Promise<string> {
  const call = request({ socketPath, method: "POST", path: "/" });
  call.end(line);
  const [response] = await once(call, "response");
  return text(response);
}

const listen = (path: string): string =>
  `require("node:net").createServer().listen(${JSON.stringify(path)}, () => console.log("up"))`;
