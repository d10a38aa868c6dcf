import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Writes a page of the reference anew, made of what it says now. With `--check`, writes nothing and
 * fails when the page is stale.
 * @param {string} name Its file.
 * @param {(text: string) => string} render
 */
export async function writeReference(name, render) {
  const page = fileURLToPath(
    new URL(`../docs/src/content/docs/reference/${name}`, import.meta.url),
  );
  const text = await readFile(page, "utf8");
  const reference = format(name, render(text));
  if (!process.argv.includes("--check")) {
    await writeFile(page, reference);
  } else if (text !== reference) {
    const script = basename(process.argv[1] ?? "");
    console.error(`The reference ${name} is stale: run node scripts/${script}`);
    process.exitCode = 1;
  }
}

/**
 * As `pnpm check` wants every file.
 * @param {string} name
 * @param {string} markdown
 */
function format(name, markdown) {
  const oxfmt = fileURLToPath(new URL("../node_modules/.bin/oxfmt", import.meta.url));
  return execFileSync(oxfmt, ["--stdin-filepath", name], { input: markdown, encoding: "utf8" });
}
