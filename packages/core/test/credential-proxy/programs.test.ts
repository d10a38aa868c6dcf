import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { startProxy } from "./around-proxy.ts";

const run = promisify(execFile);
const certificate = join(import.meta.dirname, "localhost.pem");

/** A folder's files over TLS; resolves with the URL. */
async function serveFiles(folder: string): Promise<string> {
  const both = readFileSync(certificate);
  const server = createServer({ key: both, cert: both }, (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "https://localhost");
    readFile(join(folder, pathname)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

async function makeRepository(): Promise<string> {
  const folder = await temporaryFolder();
  const git = (...args: readonly string[]) =>
    run("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  await git("init", "--quiet");
  await git("commit", "--quiet", "--allow-empty", "--message", "made");
  await git("update-server-info");
  return folder;
}

interface Program {
  readonly command: string;
  readonly args: (url: string, into: string) => readonly string[];
  readonly prints: RegExp;
}

const programs: readonly Program[] = [
  { command: "curl", args: (url) => ["-sSf", `${url}/HEAD`], prints: /^ref: / },
  {
    command: "git",
    args: (url, into) => ["-c", "advice.detachedHead=false", "clone", "--progress", url, into],
    prints: /Cloning into/,
  },
  {
    command: process.execPath,
    args: (url) => ["-e", `fetch("${url}/HEAD").then((got) => got.text()).then(console.log)`],
    prints: /^ref: /,
  },
];

describe.each(programs)("$command", ({ command, args, prints }) => {
  const go = async (allow: readonly string[], url: string): Promise<string> => {
    await using proxy = await startProxy({ allow });
    const env = {
      PATH: process.env["PATH"],
      HOME: await temporaryFolder(),
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NODE_USE_ENV_PROXY: "1",
      NODE_EXTRA_CA_CERTS: certificate,
      CURL_CA_BUNDLE: certificate,
      GIT_SSL_CAINFO: certificate,
    };
    const into = join(await temporaryFolder(), "clone");
    const { stdout, stderr } = await run(command, args(url, into), { env });
    return stdout + stderr;
  };

  it("gets what it wants of a listed place, and of no other", async () => {
    const url = await serveFiles(join(await makeRepository(), ".git"));
    expect(await go([new URL(url).host], url)).toMatch(prints);
    await expect(go([], url)).rejects.toThrow(/403|tunnel/i);
  });
});
