import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { loadConfig } from "../../src/config/load.ts";
import { toFiles } from "./broken-case.ts";
import { brokenCases } from "./broken-cases.ts";
import { writeFiles } from "./files.ts";

test.each(brokenCases)("refuses $title, at its place", async (broken) => {
  const { files, entry, fault } = toFiles(broken);
  const dir = await writeFiles(files);
  const loading = loadConfig(entry, { cwd: dir, env: broken.env ?? {} });
  const error = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  const { problems, message } = error as ConfigurationError;
  expect(problems.map(({ file, line, column }) => ({ file, line, column }))).toEqual([
    { ...fault, file: join(dir, fault.file) },
  ]);
  for (const part of broken.says) expect(problems[0]?.message).toContain(part);
  expect(message).toContain(`${fault.file}:${fault.line}:${fault.column}`);
  expect(message).toMatch(new RegExp(String.raw`^> *${fault.line} \|`, "m"));
});
