import type { ApprovalReply } from "@herdctl/core";
import type { Key } from "../terminal/keys.ts";
import { charactersOf } from "../terminal/width.ts";
import type { FleetSnapshot } from "./fleet-snapshot.ts";

/** What is on the screen. */
export type View =
  | { readonly kind: "fleet" }
  /** `back`: lines between the end of the output and the bottom of the screen. */
  | { readonly kind: "output"; readonly jobId: string; readonly back: number }
  | { readonly kind: "approvals"; readonly index: number };

/** What the next keys answer. */
export type Asking =
  | { readonly kind: "cancel"; readonly jobId: string }
  | { readonly kind: "answer"; readonly approvalId: string; readonly text: string };

/** What somebody who watches has chosen so far. */
export interface WatchState {
  readonly view: View;
  /** A row of the fleet: {@link rowsOf}. */
  readonly selected?: string;
  readonly asking?: Asking;
}

/** What a key asks the fleet for. */
export type WatchEffect =
  | { readonly kind: "quit" | "interrupt" }
  | { readonly kind: "cancel"; readonly jobId: string }
  | { readonly kind: "pause"; readonly agentName: string; readonly paused: boolean }
  | { readonly kind: "reply"; readonly approvalId: string; readonly reply: ApprovalReply };

/** The next state, and what is to be done. */
export interface Step {
  readonly state: WatchState;
  readonly effect?: WatchEffect;
}

/** A row that can be chosen: a job, or an agent. */
export interface ChoosableRow {
  readonly key: string;
  readonly agentName: string;
  readonly jobId?: string;
  readonly isLive?: boolean;
}

/** Rows that can be chosen, from top to bottom. */
export function rowsOf(snapshot: FleetSnapshot): readonly ChoosableRow[] {
  const { running, waiting, queue, ended, agents } = snapshot;
  const queued = queue.items.map(({ jobId, agentName }) => ({ id: jobId, agentName }));
  return [
    ...[...running, ...waiting, ...queued].map(({ id, agentName }) => ({
      key: id,
      agentName,
      jobId: id,
      isLive: true,
    })),
    ...ended.map(({ id, agentName }) => ({ key: id, agentName, jobId: id })),
    ...agents.map(({ name }) => ({ key: agentKey(name), agentName: name })),
  ];
}

/** What the row of an agent is known by. */
export function agentKey(name: string): string {
  return `agent ${name}`;
}

const page = 10;

/** What a key does. */
export function onKey(state: WatchState, key: Key, snapshot: FleetSnapshot): Step {
  if (key === "interrupt") return { state, effect: { kind: "interrupt" } };
  if (state.asking) return onAnswer(state, state.asking, key);
  if (state.view.kind === "output") return onOutputKey(state, state.view, key);
  if (state.view.kind === "approvals") return onApprovalKey(state, state.view, key, snapshot);
  return onFleetKey(state, key, snapshot);
}

function onFleetKey(state: WatchState, key: Key, snapshot: FleetSnapshot): Step {
  const rows = rowsOf(snapshot);
  const index = rows.findIndex((row) => row.key === state.selected);
  const row = rows[index];
  const choose = (to: number): Step => {
    const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    return { state: next ? { ...state, selected: next.key } : state };
  };
  switch (key) {
    case "q":
      return { state, effect: { kind: "quit" } };
    case "up":
    case "k":
      return choose(index - 1);
    case "down":
    case "j":
      return choose(index + 1);
    case "a":
      return { state: { ...state, view: { kind: "approvals", index: 0 } } };
    case "enter":
      if (row?.jobId === undefined) return { state };
      return { state: { ...state, view: { kind: "output", jobId: row.jobId, back: 0 } } };
    case "c":
      if (row?.jobId === undefined || !row.isLive) return { state };
      return { state: { ...state, asking: { kind: "cancel", jobId: row.jobId } } };
    case "p": {
      const agent = snapshot.agents.find(({ name }) => name === row?.agentName);
      if (!agent) return { state };
      const effect = { kind: "pause", agentName: agent.name, paused: !agent.paused } as const;
      return { state, effect };
    }
    default:
      return { state };
  }
}

function onOutputKey(state: WatchState, view: Extract<View, { kind: "output" }>, key: Key): Step {
  const scroll = (lines: number): Step => ({
    state: { ...state, view: { ...view, back: Math.max(0, view.back + lines) } },
  });
  switch (key) {
    case "up":
    case "k":
      return scroll(1);
    case "down":
    case "j":
      return scroll(-1);
    case "page up":
      return scroll(page);
    case "page down":
      return scroll(-page);
    case "end":
      return scroll(-view.back);
    case "q":
    case "escape":
      return { state: { ...state, view: { kind: "fleet" } } };
    default:
      return { state };
  }
}

function onApprovalKey(
  state: WatchState,
  { index }: Extract<View, { kind: "approvals" }>,
  key: Key,
  { approvals }: FleetSnapshot,
): Step {
  const at = Math.min(index, approvals.length - 1);
  const approval = approvals[at];
  const choose = (to: number): Step => {
    const next = Math.min(Math.max(to, 0), Math.max(approvals.length - 1, 0));
    return { state: { ...state, view: { kind: "approvals", index: next } } };
  };
  const decide = (decision: "allow" | "deny"): Step => {
    if (!approval || (decision === "allow" && approval.kind === "question")) return { state };
    const reply = { decision };
    return { state, effect: { kind: "reply", approvalId: approval.id, reply } };
  };
  switch (key) {
    case "up":
    case "k":
      return choose(at - 1);
    case "down":
    case "j":
      return choose(at + 1);
    case "y":
      return decide("allow");
    case "n":
      return decide("deny");
    case "enter":
      if (approval?.kind !== "question") return { state };
      return { state: { ...state, asking: { kind: "answer", approvalId: approval.id, text: "" } } };
    case "q":
    case "escape":
      return { state: { ...state, view: { kind: "fleet" } } };
    default:
      return { state };
  }
}

function onAnswer({ asking: _, ...state }: WatchState, asking: Asking, key: Key): Step {
  if (asking.kind === "cancel") {
    return key === "y" ? { state, effect: { kind: "cancel", jobId: asking.jobId } } : { state };
  }
  const { approvalId, text } = asking;
  if (key === "escape") return { state };
  if (key === "enter") {
    if (text.trim() === "") return { state };
    return { state, effect: { kind: "reply", approvalId, reply: { answer: text } } };
  }
  const isTyped = charactersOf(key).length === 1;
  const edited =
    key === "backspace" ? charactersOf(text).slice(0, -1).join("") : text + (isTyped ? key : "");
  return { state: { ...state, asking: { ...asking, text: edited } } };
}
