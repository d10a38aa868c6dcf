import type { Approval } from "@herdctl/core";

const start = new Date("2026-03-01T06:00:00.000Z");

export const recordedApproval: Approval = {
  id: "ask-01hzy3v9k4a7c2d1",
  jobId: "job-01hzy3v9k4a7c2d1",
  agentName: "platform.reviewer",
  kind: "question",
  status: "pending",
  toolUseId: "toolu_1",
  toolName: "mcp__herdctl__ask_human",
  input: { question: "Which?", options: ["a", "b"] },
  question: "Which?",
  options: ["a", "b"],
  createdAt: start,
  expiresAt: new Date(start.getTime() + 86_400_000),
};
