import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { slowFiles } from "./slow-first.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

it.each(slowFiles)("%s exists", (file) => {
  expect(existsSync(join(root, file))).toBe(true);
});
