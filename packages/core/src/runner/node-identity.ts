import { hostname } from "node:os";
import { isAlive, recordProcess } from "../processes/process-record.ts";

/**
 * Names this process as an owner of jobs: host, boot id, pid and start time, so that another process
 * on the machine can tell whether the owner still lives, however often its pid was reused.
 */
export function createNodeId(): string {
  const { pid, startTicks, bootId } = recordProcess(process.pid, { marker: "" });
  return [hostname(), bootId, pid, startTicks].join("/");
}

/** Tells whether the owner lives. One on another machine is believed. */
export function isNodeAlive(node: string): boolean {
  const [host, bootId = "", pid, startTicks] = node.split("/");
  if (host !== hostname()) return true;
  return isAlive({ pid: Number(pid), startTicks: Number(startTicks), bootId, marker: "" });
}
