import type { Check } from "./check.ts";

/** Says whether herdctl runs on this version of Node.js. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isSupported = (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
  if (isSupported) return { name: "node", status: "ok", message: `Node.js ${version}` };
  return {
    name: "node",
    status: "problem",
    message: `herdctl does not run on Node.js ${version}`,
    remedy: "Install Node.js 24.16 or a later 24, or 26.1 and up.",
  };
}
