import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
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
  output: plainOutput(),
  program: "herdctl",
  stdin: Readable.from([]),
  exitCode: 0,
};
const program = await createProgram([], context);

test.each(program.commands.map((command) => command.name()))(
  "the reference has `%s` with all of its options, and its help has an example",
  async (name) => {
    const loaded = await createProgram([name], context);
    const command = loaded.commands.find((item) => item.name() === name);
    expect(page).toContain(`## herdctl ${name}\n`);
    const [, section = ""] = page.split(`## herdctl ${name}\n`);
    const [own = ""] = section.split("\n## ");
    for (const { flags, long } of command?.options ?? []) {
      const shown = [flags, `\`${long ?? flags}\``];
      expect(shown.filter((form) => own.includes(form))).not.toEqual([]);
    }
    let help = "";
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(new RegExp(`Examples:\\n(.*\\n)* {2}\\$ .*herdctl ${name}`));
  },
);
