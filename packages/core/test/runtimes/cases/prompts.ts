import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { Case } from "../case.ts";
import type { Ran } from "../../runner/harness.ts";
import type { Stage } from "../stage.ts";

/** What Claude is told. */
export const prompts: readonly Case[] = [
  ...verbatim(),
  {
    name: "reads a file that the prompt names",
    play: async (stage) => {
      await writeFile(join(stage.cwd, "word.txt"), "The secret word is rhubarb.");
      return stage.run(script().text("Read."), { prompt: "Look at @word.txt" });
    },
    reason: "success",
    check: (ran, stage) => expect(conversation(ran, stage)).toContain("rhubarb"),
  },
  {
    name: "expands a command of the project that begins the prompt",
    play: async (stage) => {
      const commands = join(stage.cwd, ".claude", "commands");
      await mkdir(commands, { recursive: true });
      await writeFile(join(commands, "greet.md"), "Greet everybody called $ARGUMENTS");
      return stage.run(script().text("Greeted."), {
        prompt: "/greet Ada",
        agent: { settingSources: ["project"] },
      });
    },
    reason: "success",
    outcome: { summary: "Greeted." },
    check: (ran, stage) => expect(conversation(ran, stage)).toContain("Greet everybody called Ada"),
  },
  {
    name: "expands a command of a plugin that begins the prompt",
    play: async (stage) => {
      const plugin = join(stage.dir, "hosting");
      await mkdir(join(plugin, ".claude-plugin"), { recursive: true });
      await mkdir(join(plugin, "commands"));
      const manifest = JSON.stringify({ name: "hosting", version: "1.0.0", description: "Hosts." });
      await writeFile(join(plugin, ".claude-plugin", "plugin.json"), manifest);
      await writeFile(
        join(plugin, "commands", "welcome.md"),
        "Welcome everybody called $ARGUMENTS",
      );
      return stage.run(script().text("Welcomed."), {
        prompt: "/hosting:welcome Ada",
        agent: { plugins: [{ type: "local", path: plugin, skipMcpDiscovery: false }] },
      });
    },
    reason: "success",
    outcome: { summary: "Welcomed." },
    check: (ran, stage) =>
      expect(conversation(ran, stage)).toContain("Welcome everybody called Ada"),
  },
  {
    name: "carries out a command of Claude Code that is the prompt",
    play: (stage) => stage.run(script(), { prompt: "/context" }),
    reason: "success",
    outcome: { summary: expect.stringContaining("Context Usage") },
  },
  {
    name: "replaces the system prompt",
    script: () => script().text("Aye."),
    options: () => ({ agent: { systemPrompt: "You are a pirate." } }),
    reason: "success",
    check: (ran, stage) => {
      expect(systemPrompt(ran, stage)).toContain("You are a pirate.");
      expect(systemPrompt(ran, stage).length).toBeLessThan(2_000);
    },
  },
  {
    name: "adds to the system prompt, and gives the agent its name",
    script: () => script().text("Aye."),
    options: () => ({
      agent: { systemPrompt: { append: "Talk like a pirate." }, identity: { name: "Ada" } },
    }),
    reason: "success",
    check: (ran, stage) => {
      expect(systemPrompt(ran, stage)).toContain("Your name is Ada.\n\nTalk like a pirate.");
      expect(systemPrompt(ran, stage).length).toBeGreaterThan(2_000);
    },
  },
  {
    name: "reads the project's CLAUDE.md where the agent asks for it",
    play: async (stage) => {
      await writeFile(join(stage.cwd, "CLAUDE.md"), "The secret word is rhubarb.");
      return stage.run(script().text("Read."), { agent: { settingSources: ["project"] } });
    },
    reason: "success",
    check: (ran, stage) => expect(conversation(ran, stage)).toContain("rhubarb"),
  },
  {
    name: "reads no settings and no CLAUDE.md that the agent does not ask for",
    play: async (stage) => {
      const claude = join(stage.cwd, ".claude");
      await mkdir(claude);
      await writeFile(join(stage.cwd, "CLAUDE.md"), "The secret word is rhubarb.");
      const settings = { env: { FROM_PROJECT: "yes" } };
      await writeFile(join(claude, "settings.json"), JSON.stringify(settings));
      return stage.run(
        script().tool("Bash", { command: 'echo "from project: $FROM_PROJECT"' }).text("Not read."),
      );
    },
    reason: "success",
    check: (ran, stage) => {
      expect(conversation(ran, stage)).not.toContain("rhubarb");
      expect(ran.lines.find((line) => line.type === "tool_result")?.text).toBe("from project:");
    },
  },
  {
    name: "uses the fallback model when the first is overloaded",
    script: () => script().error(529, { times: 3 }).text("By the other."),
    options: () => ({
      agent: { model: "claude-opus-4-8", fallbackModel: "claude-haiku-4-5-20251001" },
    }),
    reason: "success",
    outcome: { summary: "By the other." },
    check: ({ outcome }) =>
      expect(Object.keys(outcome.usage)).toEqual(["claude-haiku-4-5-20251001"]),
  },
  {
    name: "uses the agent's model",
    script: () => script().text("As you like."),
    options: () => ({ agent: { model: "claude-opus-4-8", effort: "low" } }),
    reason: "success",
    check: ({ sessionId, outcome }, { server }) => {
      const request = server.requests.find((asked) => asked.sessionId === sessionId);
      expect(request?.model).toBe("claude-opus-4-8");
      expect(Object.keys(outcome.usage)).toEqual(["claude-opus-4-8"]);
    },
  },
];

function verbatim(): Case[] {
  const long = "All work and no play makes a dull agent.\n".repeat(5_000);
  const texts: [string, string][] = [
    ["of 200 KB", long],
    ["that begins like an option", "--help -p"],
    ["in any script", "Grüße, 日本語, 👩‍💻 and \u0007 bell, \"quotes\" and 'more' $HOME"],
  ];
  return texts.map(([what, prompt]) => ({
    name: `takes a prompt ${what} as it is written`,
    script: () => script().text("Understood."),
    options: () => ({ prompt }),
    reason: "success",
    outcome: { summary: "Understood." },
    check: (ran, stage) =>
      expect(conversation(ran, stage)).toContain(JSON.stringify(prompt).slice(1, -1)),
  }));
}

function requestOf({ sessionId }: Ran, { server }: Stage) {
  return server.requests.find((asked) => asked.sessionId === sessionId && asked.kind === "main");
}

function systemPrompt(ran: Ran, stage: Stage): string {
  return requestOf(ran, stage)?.system ?? "";
}

function conversation(ran: Ran, stage: Stage): string {
  return JSON.stringify(requestOf(ran, stage)?.messages.map((message) => message.texts));
}
