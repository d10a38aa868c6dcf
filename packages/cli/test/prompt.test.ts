import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readPrompt } from "../src/prompt.ts";

const cwd = await mkdtemp(join(tmpdir(), "herdctl-prompt-"));
const stdin = (text: string): Readable => Readable.from([Buffer.from(text)]);

test("takes a prompt as text, from standard input or from a file", async () => {
  await writeFile(join(cwd, "task.md"), "From a file.");
  expect(await readPrompt({}, { cwd, stdin: stdin("") })).toBeUndefined();
  expect(await readPrompt({ prompt: "Text." }, { cwd, stdin: stdin("") })).toBe("Text.");
  expect(await readPrompt({ prompt: "-" }, { cwd, stdin: stdin("Gr\u00fc\u00dfe") })).toBe("Grüße");
  expect(await readPrompt({ promptFile: "task.md" }, { cwd, stdin: stdin("") })).toBe(
    "From a file.",
  );
});

test.each([
  [{ prompt: "" }, "--prompt"],
  [{ prompt: "-" }, "standard input"],
  [{ promptFile: "missing.md" }, "missing.md"],
])("refuses %j", async (options, message) => {
  await expect(readPrompt(options, { cwd, stdin: stdin(" \n") })).rejects.toThrow(message);
});
