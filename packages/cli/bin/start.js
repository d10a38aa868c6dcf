import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";

const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  console.log(JSON.parse(manifest).version);
} else {
  enableCompileCache();
  await import("../dist/main.js");
}
