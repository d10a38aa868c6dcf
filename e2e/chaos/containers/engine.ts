import { spawnSync } from "node:child_process";

/** Without an engine these are left out on a laptop, and fail in CI. */
export const noEngine: boolean =
  process.env["CI"] !== "true" &&
  spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0;
