import { readdirSync, readFileSync } from "node:fs";

/** Processes that carry the mark of one of these jobs, as `pid (job)`. */
export function processesOfJobs(jobIds: ReadonlySet<string>): readonly string[] {
  if (jobIds.size === 0) return [];
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    const mark = /HERDCTL_JOB=(job-[0-9a-z]+)/.exec(environmentOf(pid))?.[1];
    return mark !== undefined && jobIds.has(mark) ? [`${pid} (${mark})`] : [];
  });
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}
