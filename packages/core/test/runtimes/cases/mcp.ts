import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { ResolvedAgent, ResolvedMcpServer } from "../../../src/config/resolved.ts";
import { jobFolder } from "../../../src/state/attempt-files.ts";
import type { OutputLine } from "../../../src/state/output-line.ts";
import type { Ran, RunOptions } from "../../runner/harness.ts";
import { uniqueJobId } from "../../runner/processes.ts";
import type { Case } from "../case.ts";
import { serveShouting } from "../mcp-server.ts";
import type { Stage } from "../stage.ts";
import { openToolServer } from "../tool-server.ts";

type StdioServer = Extract<ResolvedMcpServer, { readonly type: "stdio" }>;

/** Its text, because a container has no such file. */
const program = readFileSync(new URL("../shouting.sh", import.meta.url), "utf8");
const shouted = script().tool("mcp__shouting__shout", { text: "hello" }).text("I shouted.");

/** Tools of MCP servers. */
export const mcp: readonly Case[] = [
  {
    name: "uses a tool of an MCP server that it starts",
    script: () => shouted,
    options: () => starting({ command: "bash", args: ["-c", program], env: { GREETING: "Hey: " } }),
    reason: "success",
    check: ({ lines }) =>
      expect(resultOf(lines)).toMatchObject({ text: "Hey: HELLO!", isError: false }),
  },
  {
    name: "uses a tool of an MCP server that it calls, with a token",
    play: (stage) => runCalling(stage),
    reason: "success",
    check: ({ lines }) => expect(resultOf(lines)).toMatchObject({ text: "HELLO!", isError: false }),
  },
  {
    name: "goes on without an MCP server that cannot be started",
    script: () => shouted,
    options: () => starting({ command: "/no/such/program", args: [], env: {} }),
    reason: "success",
    check: ({ lines }) => {
      expect(resultOf(lines)).toMatchObject({ isError: true });
      expect(lines.find((line) => line.subtype === "init")?.data).toMatchObject({
        mcpServers: [{ name: "shouting", status: "failed" }],
      });
    },
  },
  {
    name: "is denied a tool of an MCP server that nobody allowed",
    play: (stage) => runCalling(stage, { permissionMode: "acceptEdits" }),
    reason: "denied",
    outcome: { permissionDenials: [expect.objectContaining({ toolName: "mcp__shouting__shout" })] },
  },
  {
    name: "uses herdctl's own tools, which need no permission",
    play: async (stage) => {
      const jobId = uniqueJobId();
      const folder = jobFolder(join(stage.dir, "home"), jobId);
      await mkdir(folder, { recursive: true });
      await using server = await openToolServer({ folder, jobId, isContained: stage.isContained });
      const ran = await stage.run(
        script()
          .tool("mcp__herdctl__note", { text: "first" })
          .tool("mcp__herdctl__note", { text: "second" })
          .tool("mcp__herdctl__note", { words: "third" })
          .text("Noted."),
        { jobId, herdctl: server.herdctl, agent: { permissionMode: "default" } },
      );
      expect(server.notes).toEqual(["first", "second"]);
      return ran;
    },
    reason: "success",
    differs: ["where herdctl's tools come from"],
    check: ({ lines }) =>
      expect(lines.filter((line) => line.type === "tool_result")).toMatchObject([
        { text: "Noted as number 1.", isError: false },
        { text: "Noted as number 2.", isError: false },
        { isError: true },
      ]),
  },
];

/** An agent that has the server as a process of its own. */
function starting(server: Pick<StdioServer, "command" | "args" | "env">): RunOptions {
  const shouting = { type: "stdio", ...server, alwaysLoad: true } as const;
  return { agent: { mcpServers: { shouting } } };
}

/** Runs an agent that calls the server with the token it wants. */
async function runCalling(stage: Stage, agent: Partial<ResolvedAgent> = {}): Promise<Ran> {
  await using server = await serveShouting("tok-shout");
  const headers = { authorization: "Bearer tok-shout" };
  const shouting = { type: "http", url: server.url, headers, alwaysLoad: true } as const;
  return await stage.run(shouted, {
    network: "host",
    agent: { ...agent, mcpServers: { shouting } },
  });
}

function resultOf(lines: readonly OutputLine[]): OutputLine | undefined {
  return lines.find((line) => line.type === "tool_result");
}
