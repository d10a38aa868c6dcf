import { existsSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { PermissionMode } from "../../../src/config/resolved.ts";
import type { ExitReason } from "../../../src/state/job-record.ts";
import { busyFor } from "../../runner/kill-in-tool.ts";
import type { Case } from "../case.ts";

/** Lets the call before it end first. */
const later = busyFor(0.5);

/** Tools of Claude Code, allowed and not. */
export const tools: readonly Case[] = [
  {
    name: "changes files with a real tool",
    script: ({ seenCwd }) =>
      script()
        .tool("Write", { file_path: join(seenCwd, "hello.txt"), content: "hello" })
        .text("Written."),
    reason: "success",
    outcome: { turns: 2 },
    check: async (_ran, { cwd }) =>
      expect(await readFile(join(cwd, "hello.txt"), "utf8")).toBe("hello"),
  },
  {
    name: "tells of a tool that failed",
    script: () =>
      script().tool("Bash", { command: "echo broken >&2; exit 3" }).text("It is broken."),
    reason: "success",
    check: ({ lines }) => {
      const results = lines.filter((line) => line.type === "tool_result");
      expect(results).toMatchObject([{ isError: true, text: expect.stringContaining("broken") }]);
    },
  },
  {
    name: "tells of a tool that does not exist",
    script: () => script().tool("Frobnicate", { how: "well" }).text("I cannot."),
    reason: "success",
    check: ({ lines }) =>
      expect(lines.find((line) => line.type === "tool_result")).toMatchObject({ isError: true }),
  },
  {
    name: "makes several calls of one message",
    script: () =>
      script()
        .thinking("Both.")
        .text("Both at once.")
        .tools([
          { tool: "Bash", input: { command: "echo left" } },
          { tool: "Bash", input: { command: `${later}; echo right` } },
        ])
        .text("Done."),
    reason: "success",
    check: ({ lines }) =>
      expect(lines.filter((line) => line.type === "tool_result").map((line) => line.text)).toEqual([
        "left",
        "right",
      ]),
  },
  {
    name: "keeps a very long result of a tool",
    script: () => script().tool("Bash", { command: "seq 1 60000" }).text("They are many."),
    reason: "success",
  },
  {
    name: "waits for a task in the background",
    play: (stage) =>
      stage.run(
        script()
          .tool("Bash", {
            command: "until [ -e go ]; do sleep 0.05; done",
            run_in_background: true,
          })
          .text("Started."),
        {
          onLine: ({ type }) => {
            if (type === "result") writeFileSync(join(stage.cwd, "go"), "");
          },
        },
      ),
    reason: "success",
  },
  {
    name: "calls a denied tool that nothing made good denied",
    script: () => script().tool("Bash", { command: "rm -rf build" }).text("I was not allowed to."),
    options: () => ({ agent: { permissionMode: "default" } }),
    reason: "denied",
    outcome: {
      permissionDenials: [
        { toolName: "Bash", toolUseId: expect.any(String), input: { command: "rm -rf build" } },
      ],
    },
  },
  {
    name: "lists a denied tool that another made good",
    script: () =>
      script()
        .tool("Bash", { command: "rm -rf build" })
        .tool("Bash", { command: "echo otherwise" })
        .text("Done otherwise."),
    options: () => ({ agent: { permissionMode: "default", allowedTools: ["Bash(echo:*)"] } }),
    reason: "success",
    outcome: { permissionDenials: [expect.objectContaining({ toolName: "Bash" })] },
  },
  {
    name: "takes denied tools away",
    script: () =>
      script().tool("WebFetch", { url: "http://127.0.0.1:9/", prompt: "?" }).text("No."),
    options: () => ({ agent: { deniedTools: ["WebFetch", "Bash"] } }),
    reason: "success",
    check: ({ lines, sessionId }, { server }) => {
      expect(lines.find((line) => line.type === "tool_result")).toMatchObject({ isError: true });
      const offered = server.requests.find((request) => request.sessionId === sessionId)?.tools;
      expect(offered).toContain("Read");
      expect(offered).not.toContain("Bash");
    },
  },
  {
    name: "offers only the tools that exist for the agent",
    script: () => script().tool("Bash", { command: "echo only" }).text("Only that."),
    options: () => ({ agent: { tools: ["Bash"] } }),
    reason: "success",
    check: ({ sessionId }, { server }) => {
      const offered = server.requests.find((request) => request.sessionId === sessionId)?.tools;
      expect(offered).toContain("Bash");
      expect(offered).not.toContain("Read");
    },
  },
  {
    name: "gives tools the agent's environment",
    script: () => script().tool("Bash", { command: "echo $GREETING $HERDCTL_AGENT" }).text("Said."),
    options: () => ({ agent: { env: { GREETING: "Grüß Gott" } } }),
    reason: "success",
    check: ({ lines }) =>
      expect(lines.find((line) => line.type === "tool_result")?.text).toBe("Grüß Gott writer"),
  },
  ...modes(),
];

function modes(): Case[] {
  const reasons: [PermissionMode, ExitReason][] = [
    ["default", "denied"],
    ["acceptEdits", "success"],
    ["plan", "denied"],
    ["dontAsk", "denied"],
  ];
  return reasons.map(([permissionMode, reason]) => ({
    name: `obeys the permission mode ${permissionMode} without waiting for anybody`,
    script: ({ seenCwd }) =>
      script()
        .tool("Write", { file_path: join(seenCwd, "written"), content: "x" })
        .text("Done."),
    options: () => ({ agent: { permissionMode } }),
    reason,
    check: (_ran, { cwd }) => expect(existsSync(join(cwd, "written"))).toBe(reason === "success"),
  }));
}
