import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { expect, test } from "vitest";
import type { Context } from "../src/context.ts";
import { createProgram } from "../src/program.ts";
import { plainOutput } from "./plain-output.ts";

const page = readFileSync(
  new URL("../../../docs/src/content/docs/reference/cli.md", import.meta.url),
  "utf8",
);
const context: Context = {
  cwd: "/",
  env: {},
  output: plainOutput({ columns: 80 }),
  program: "herdctl",
  stdin: Readable.from([]),
  exitCode: 0,
};
const program = await createProgram([], context);
const commands = await Promise.all(
  program.commands.map(async (stub) => {
    const loaded = await createProgram([stub.name()], context);
    return loaded.commands.find((command) => command.name() === stub.name()) ?? stub;
  }),
);
const all = commands.flatMap((command) => [command, ...command.commands]);

test("the reference has every option of every command", () => {
  const [, options = ""] = page.split("## Options of every command\n");
  const [section = ""] = options.split("\n## ");
  for (const { flags } of program.options) {
    if (!flags.includes("--version")) expect(section).toContain(flags);
  }
});

test.each(all.map((command) => [pathOf(command), command] as const))(
  "the reference has `%s` with its arguments and options",
  (path, command) => {
    const [top = ""] = path.split(" ");
    expect(page).toContain(`## herdctl ${top}\n`);
    const [, section = ""] = page.split(`## herdctl ${top}\n`);
    const [own = ""] = section.split("\n## ");
    if (path !== top)
      expect(own).toMatch(new RegExp(`(?:herdctl )?${top} (?:\\[)?${command.name()}\\b`));
    for (const { flags, long, hidden } of command.options) {
      if (hidden) continue;
      const shown = [flags, `\`${long ?? flags}\``];
      expect(shown.filter((form) => own.includes(form))).not.toEqual([]);
    }
  },
);

test.each(all.map((command) => [pathOf(command), command] as const))(
  "the help of `%s` says what it does in 80 columns, with an example that is one",
  (path, command) => {
    let help = "";
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(command.description()).not.toBe("");
    expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(help).toMatch(new RegExp(`Examples?:\\n(.*\\n)* {2}\\$ .*herdctl ${path}`));
  },
);

test("the help of the program fits into 80 columns", () => {
  let help = "";
  program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  expect(help).toContain("Exit codes:");
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}
