import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "vitest";

test("the configuration reference says what the schema says", async () => {
  const script = fileURLToPath(new URL("generate-config-reference.mjs", import.meta.url));
  await promisify(execFile)(process.execPath, [script, "--check"]);
});
