import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { noEngine } from "./engine.ts";

/** An engine of the test's own needs root. */
export const cannotHavePrivateEngine: boolean = noEngine || process.getuid?.() !== 0;

/** An engine that may break, on a small disk of its own. */
export interface PrivateEngine {
  /** `DOCKER_HOST` for it. */
  readonly host: string;
  /** Leaves it no space. */
  fillDisk(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Starts one with the image in it; it is gone when the test is over. */
export async function startPrivateEngine(image: string): Promise<PrivateEngine> {
  const dir = await mkdtemp(join(tmpdir(), "herdctl-engine-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const disk = join(dir, "disk");
  await mkdir(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", disk]);
  onTestFinished(() => unmountIn(dir));
  const host = `unix://${join(dir, "docker.sock")}`;
  const places = [`--data-root=${disk}/data`, `--exec-root=${dir}/exec`, `--pidfile=${dir}/pid`];
  const isolated = ["--bridge=none", "--iptables=false", `--host=${host}`];
  // Without a bridge it would remove the one of this machine's engine.
  const engine = spawn("unshare", ["--net", "dockerd", ...places, ...isolated], {
    stdio: "ignore",
  });
  const ended = once(engine, "exit");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    engine.kill(signal);
    await ended;
  };
  onTestFinished(async () => {
    await end("SIGTERM");
    endPartsOf(dir);
  });
  const docker = (...args: readonly string[]): Buffer =>
    execFileSync("docker", ["--host", host, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  await expect.poll(() => docker("version").length).toBeGreaterThan(0);
  const saved = join(dir, "image.tar");
  execFileSync("docker", ["save", "--output", saved, image]);
  docker("load", "--input", saved);
  return {
    host,
    kill: () => end("SIGKILL"),
    async fillDisk() {
      const writing = writeFile(join(disk, "ballast"), Buffer.alloc(256 * 2 ** 20));
      await expect(writing).rejects.toMatchObject({ code: "ENOSPC" });
    },
  };
}

/** An engine that was killed leaves what stood between it and its containers. */
function endPartsOf(dir: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (commandLineOf(pid).includes(join(dir, "exec"))) process.kill(Number(pid), "SIGKILL");
  }
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function unmountIn(dir: string): void {
  const places = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((place) => place.startsWith(`${dir}/`));
  for (const place of places.toReversed()) execFileSync("umount", ["--lazy", place]);
}
