import type { Approval } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import { quote } from "../terminal/shell.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { truncate } from "../terminal/width.ts";
import { visible } from "../terminal/visible.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

interface DescribeOptions extends TableOptions {
  /** `herdctl` with the options that lead here. */
  readonly prefix: string;
}

/** Requests that wait for a person: each with all that is needed to decide, and how to answer. */
export function describeApprovals(
  approvals: readonly Approval[],
  options: DescribeOptions,
): string {
  return approvals.map((approval) => describe(approval, options)).join("\n\n");
}

/** A table of requests, also of those that wait no more. */
export function renderApprovals(
  approvals: readonly Approval[],
  { output, now }: TableOptions,
): string {
  const columns: readonly Column<Approval>[] = [
    { title: "ID", value: ({ id }) => id },
    { title: "AGENT", value: ({ agentName }) => agentName, shrinks: true },
    { title: "JOB", value: ({ jobId }) => jobId, optional: true },
    { title: "ASKED", value: ({ createdAt }) => formatRelative(createdAt, now) },
    { title: "STATUS", value: statusOf },
    { title: "WHAT", value: inOneLine, shrinks: true },
  ];
  return renderTable(columns, approvals, tableLook(output));
}

/** What a request is about, in a line. */
export function inOneLine({ question, toolName, input }: Approval): string {
  const what = question ?? `${toolName} ${inputText(input)}`;
  return oneLine(visible(what));
}

/** Commands that answer a request, with what each means. */
export function waysToAnswer(
  { id, kind, options }: Pick<Approval, "id" | "kind" | "options">,
  prefix: string,
): readonly (readonly [string, string])[] {
  if (kind === "question") {
    const first = options?.[0];
    const canPaste = first !== undefined && visible(first) === first && !first.includes("\n");
    const text = canPaste ? quote(first) : '"…"';
    return [[`${prefix} approvals answer ${id} ${text}`, "answer it"]];
  }
  return [
    [`${prefix} approvals approve ${id}`, "let it happen"],
    [`${prefix} approvals deny ${id} -m "…"`, "refuse it"],
  ];
}

function describe(approval: Approval, { output, now, prefix }: DescribeOptions): string {
  const { id, agentName, jobId, createdAt, expiresAt, options } = approval;
  const times = `asked ${formatRelative(createdAt, now)}, ${afterwards(approval)} ${formatRelative(expiresAt, now)}`;
  const ways = waysToAnswer(approval, prefix).map(([way, meaning]) => `  ${way}  # ${meaning}`);
  return [
    `${output.style("bold", id)}  ${agentName}  ${output.style("dim", `${jobId}  ${times}`)}`,
    indent(approvalText(approval)),
    ...(options ?? []).map((option) => `    - ${oneLine(visible(option))}`),
    ...ways.map((way) => output.style("dim", way)),
  ].join("\n");
}

function afterwards({ kind, default: verdict }: Approval): string {
  if (kind === "question") return "expires";
  return verdict === "allow" ? "allowed by default" : "denied by default";
}

function statusOf({ status, answeredBy }: Approval): string {
  return answeredBy === undefined ? status : `${status} by ${answeredBy}`;
}

const longest = 4_000;

/** What a request is about, every character of it to be seen. */
export function approvalText({ question, toolName, input }: Approval): string {
  return truncate(visible(question ?? `${toolName}: ${inputText(input)}`), longest);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

// Of a shell command, the quotes of JSON would only be in the way.
function inputText(input: unknown): string {
  const command = typeof input === "object" && input !== null && Reflect.get(input, "command");
  return typeof command === "string" ? command : (JSON.stringify(input) ?? "");
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
