import { fileURLToPath } from "node:url";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { OutputLine } from "../../../src/state/output-line.ts";
import type { Case } from "../case.ts";
import { serveShouting } from "../mcp-server.ts";
import { openToolServer } from "../tool-server.ts";

const program = fileURLToPath(new URL("../mcp-server.ts", import.meta.url));
const shouted = script().tool("mcp__shouting__shout", { text: "hello" }).text("I shouted.");

/** Tools of MCP servers. */
export const mcp: readonly Case[] = [
  {
    name: "uses a tool of an MCP server that it starts",
    script: () => shouted,
    options: () => ({
      agent: {
        mcpServers: {
          shouting: {
            type: "stdio",
            command: process.execPath,
            args: [program],
            env: { GREETING: "Hey: " },
            alwaysLoad: true,
          },
        },
      },
    }),
    reason: "success",
    check: ({ lines }) =>
      expect(resultOf(lines)).toMatchObject({ text: "Hey: HELLO!", isError: false }),
  },
  {
    name: "uses a tool of an MCP server that it calls, with a token",
    play: async (stage) => {
      await using server = await serveShouting("tok-shout");
      const headers = { authorization: "Bearer tok-shout" };
      return await stage.run(shouted, {
        agent: {
          mcpServers: { shouting: { type: "http", url: server.url, headers, alwaysLoad: true } },
        },
      });
    },
    reason: "success",
    check: ({ lines }) => expect(resultOf(lines)).toMatchObject({ text: "HELLO!", isError: false }),
  },
  {
    name: "goes on without an MCP server that cannot be started",
    script: () => shouted,
    options: () => ({
      agent: {
        mcpServers: {
          shouting: {
            type: "stdio",
            command: "/no/such/program",
            args: [],
            env: {},
            alwaysLoad: true,
          },
        },
      },
    }),
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
    play: async (stage) => {
      await using server = await serveShouting("tok-shout");
      const headers = { authorization: "Bearer tok-shout" };
      return await stage.run(shouted, {
        agent: {
          permissionMode: "acceptEdits",
          mcpServers: { shouting: { type: "http", url: server.url, headers, alwaysLoad: true } },
        },
      });
    },
    reason: "denied",
    outcome: { permissionDenials: [expect.objectContaining({ toolName: "mcp__shouting__shout" })] },
  },
  {
    name: "uses herdctl's own tools, which need no permission",
    play: async (stage) => {
      await using server = await openToolServer(stage.dir);
      const ran = await stage.run(
        script()
          .tool("mcp__herdctl__note", { text: "first" })
          .tool("mcp__herdctl__note", { text: "second" })
          .tool("mcp__herdctl__note", { words: "third" })
          .text("Noted."),
        { herdctl: server.herdctl, agent: { permissionMode: "default" } },
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

function resultOf(lines: readonly OutputLine[]): OutputLine | undefined {
  return lines.find((line) => line.type === "tool_result");
}
