import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = fileURLToPath(new URL("../packages/cli", import.meta.url));

const compiled = spawnSync(`${root}/node_modules/.bin/tsc`, ["-b"], {
  cwd: root,
  stdio: "inherit",
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
await bundleCommandLine();

/** One bundle instead of hundreds of files: the start of a command is mostly resolving modules. */
async function bundleCommandLine() {
  const bundle = await rolldown({
    cwd: cli,
    input: {
      main: "src/main.ts",
      // Claude starts it as a process of its own.
      "bridge-main": "../core/src/runner/bridge/bridge-main.ts",
    },
    platform: "node",
    external: [/^@anthropic-ai\//],
    resolve: { conditionNames: ["herdctl-source", "node", "import", "default"] },
    onLog(level, log, report) {
      if (level === "warn") throw new Error(log.message);
      report(level, log);
    },
  });
  await bundle.write({
    dir: `${cli}/dist`,
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await bundle.close();
}
