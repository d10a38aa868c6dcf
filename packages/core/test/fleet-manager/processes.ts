import { readdirSync, readFileSync } from "node:fs";

/** Pids whose environment carries this job's marker. */
export function processesOf(jobId: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HERDCTL_JOB=${jobId}`);
    } catch {
      // It ended, or is the kernel's.
      return false;
    }
  });
}
