import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";

const args = process.argv.slice(2);

const isVersion = (arg) => arg === "--version" || arg === "-V";

if (args.some(isVersion) && args.every((arg) => isVersion(arg) || arg === "--json")) {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest);
  console.log(args.includes("--json") ? JSON.stringify({ version }) : version);
} else {
  enableCompileCache();
  await import("../dist/main.js");
}
