import { execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { dockerClient } from "../../src/runner/runtime/container/credential-proxy/client-command.ts";
import type { ProxySettings } from "../../src/runner/runtime/container/credential-proxy/settings.ts";
import { isListening } from "../../src/state/short-socket-path.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { eventually } from "../runner/processes.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { plainModel, startPlace } from "./around-proxy.ts";

const marker = `client-${process.pid}`;

/** Stands for `docker`: says what it was given, and stays until it is told to end. */
const standIn = `#!/bin/sh
cat /dev/fd/9
echo "arguments: $*"
curl --silent --unix-socket "$1" http://model/v1/messages --data '{}'
echo
echo "secrets: $(ls "$2")"
read -r go
`;

interface Started {
  readonly client: ChildProcess;
  readonly folder: string;
  readonly secrets: string;
}

async function start(settings?: Partial<ProxySettings>): Promise<Started> {
  const root = await temporaryFolder();
  // Longer than the system takes for a socket.
  const folder = join(root, "long-".repeat(30), "it's here");
  const secrets = join(root, "secrets");
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, "docker"), standIn);
  await chmod(join(root, "docker"), 0o755);
  const proxy = settings && {
    settings: { socket: "proxy.sock", refusals: "refused.jsonl", allow: [], ...settings },
    folder,
  };
  const { command, args } = dockerClient({
    envFile: "KEY=of-the-container\n",
    secretsPath: join(secrets, "run"),
    ...(proxy && { proxy }),
    command: "run",
    args: ["--rm", "image", "a b"],
  });
  expect(args.join()).not.toMatch(/of-the-container|real-key/);
  expect(readdirSync(secrets).length).toBe(proxy ? 2 : 1);
  // Where the stand-in is to look.
  const program = args[1]?.replace(
    'exec docker "$@"',
    `cd "$FOLDER" && exec docker proxy.sock "$SECRETS" "$@"`,
  );
  const env = {
    PATH: `${root}:${process.env["PATH"]}`,
    HERDCTL_JOB: marker,
    FOLDER: folder,
    SECRETS: secrets,
  };
  const client = execFile(command, ["-c", program ?? "", ...args.slice(2)], { env });
  return { client, folder, secrets };
}

async function saidBy({ client }: Started, what: RegExp): Promise<string> {
  let said = "";
  client.stdout?.on("data", (chunk: string) => (said += chunk));
  await expect.poll(() => said).toMatch(what);
  return said;
}

afterEach(async () => {
  await eventually(() => processesOf(marker).length === 0, "the end of all");
});

describe("the command that becomes the client", () => {
  it("starts the proxy first, hands both what is theirs, and leaves no file with it", async () => {
    await using model = await startPlace();
    const started = await start({ model: plainModel(model.url) });
    const said = await saidBy(started, /^secrets: /m);
    expect(said).toBe(
      "KEY=of-the-container\n" +
        `arguments: proxy.sock ${started.secrets} run --env-file /dev/fd/9 --rm image a b\n` +
        "hello\nsecrets: \n",
    );
    expect(model.arrived[0]?.headers).toMatchObject({ "x-api-key": "real-key" });
    const proxy = processesOf(marker).find((pid) => pid !== String(started.client.pid));
    const environ = await readFile(`/proc/${proxy}/environ`, "utf8");
    expect(environ).not.toMatch(/real-key|of-the-container/);
    const socket = join(started.folder, "proxy.sock");
    expect(await isListening(socket)).toBe(true);
    started.client.stdin?.end("go\n");
    await once(started.client, "exit");
    await expect.poll(() => existsSync(socket)).toBe(false);
    expect(await isListening(socket)).toBe(false);
  });

  it("takes the proxy with it however it ends", async () => {
    await using model = await startPlace();
    const started = await start({ model: plainModel(model.url) });
    await saidBy(started, /^secrets: /m);
    started.client.kill("SIGKILL");
    await once(started.client, "exit");
  });

  it("is no client where the proxy cannot be started", async () => {
    const started = await start({ model: { ...plainModel("https://m"), extraCa: "/no/such.pem" } });
    let said = "";
    started.client.stderr?.on("data", (chunk: string) => (said += chunk));
    const [code] = await once(started.client, "close");
    expect(code).toBe(125);
    expect(said).toMatch(/^docker: the credential proxy did not start: .*\/no\/such\.pem/);
  });

  it("needs no proxy", async () => {
    const started = await start();
    const said = await saidBy(started, /^secrets: /m);
    expect(said).toMatch(/^KEY=of-the-container\n.*a b\n\nsecrets: \n$/);
    started.client.stdin?.end("go\n");
    await once(started.client, "exit");
  });
});
