import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "vitest";

test("the API reference says what the contract says", async () => {
  const script = fileURLToPath(new URL("generate-api-reference.mjs", import.meta.url));
  const args = ["--conditions=herdctl-source", script, "--check"];
  await promisify(execFile)(process.execPath, args);
});
