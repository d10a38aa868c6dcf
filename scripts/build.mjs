import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = fileURLToPath(new URL("../packages/cli", import.meta.url));
const kernel =
  /core\/src\/(errors|duration|config\/configuration-error|state\/(render-output|without-notes))\.ts$/;
const place =
  /core\/src\/(logger|config\/find|installing\/agent-source|state\/(socket-path|errors|store))\.ts$/;
const client = /web\/src\/(client\/|contract[^/]*\.ts|wire\/)|eventsource-parser/;
const zod = /node_modules\/zod\//;
const config = /core\/src\/(config\/|redact)|node_modules\/(yaml|croner)\//;

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
      // Each is started as a process of its own.
      "bridge-main": "../core/src/runner/bridge/bridge-main.ts",
      "proxy-main": "../core/src/runner/runtime/container/credential-proxy/proxy-main.ts",
    },
    platform: "node",
    external: [/^@anthropic-ai\//],
    preserveEntrySignatures: "allow-extension",
    plugins: [{ name: "light-imports", renderChunk: withLightImports }],
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
    // What a command needs that asks a daemon, or completes names; left to itself, it is put among all
    // the rest.
    codeSplitting: {
      groups: [
        { name: "kernel", test: kernel },
        { name: "place", test: place },
        { name: "client", test: client },
        { name: "zod", test: zod },
        { name: "config", test: config },
      ],
      includeDependenciesRecursively: false,
    },
  });
  await bundle.close();
  await cp(`${root}/docker`, `${cli}/dist/docker`, { recursive: true });
}

/**
 * An import statement reads every export of a module of Node's, and some of them load more of Node when
 * they are read: half of the time of a command.
 * @param {string} code
 */
function withLightImports(code) {
  return code.replaceAll(
    /^import (?:\* as )?([\w$]+)?(?:, )?(?:\{ (.+) \})? from "(node:[\w/]+)";$/gm,
    (_, whole, names, module) => {
      const source = `globalThis.process.getBuiltinModule("${module}")`;
      const parts = names === undefined ? [] : [`{ ${names.replaceAll(" as ", ": ")} }`];
      if (whole !== undefined) parts.unshift(whole);
      return parts.map((part) => `const ${part} = ${source};`).join(" ");
    },
  );
}
