import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTranscript } from "../../src/sessions/read-transcript.ts";
import { summarizeTranscript } from "../../src/sessions/summarize-transcript.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { called, said, write } from "./transcript.ts";

async function transcript(text: string): Promise<string> {
  const path = join(await temporaryFolder(), "projects", "-work", "s-1.jsonl");
  await write(path, text);
  return path;
}

function subagentFile(path: string, name: string): string {
  return join(path.replace(/\.jsonl$/, ""), "subagents", name);
}

async function writeSubagent(
  path: string,
  { name, call, text }: { readonly name: string; readonly call: string; readonly text: string },
): Promise<void> {
  await write(subagentFile(path, `${name}.meta.json`), JSON.stringify({ toolUseId: call }));
  await write(subagentFile(path, `${name}.jsonl`), text);
}

/** All pages of a transcript, each as the texts or tool calls in it. */
async function readPages(path: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await readTranscript(path, { limit, ...(cursor !== undefined && { cursor }) });
    pages.push(
      page.messages.map(({ text, toolUseId, parentToolUseId }) =>
        [parentToolUseId, text ?? toolUseId].filter((part) => part !== undefined).join(": "),
      ),
    );
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

describe("readTranscript", () => {
  it("reads page by page, oldest first, and puts up with lines that it does not know", async () => {
    const path = await transcript(
      [
        `{"type":"queue-operation"}\n`,
        said("user", "one"),
        "not JSON\n",
        said("assistant", [{ type: "text", text: "two ✓" }]),
        said("user", "three"),
      ].join(""),
    );
    expect(await readPages(path, 100)).toEqual([["one", "two ✓", "three"]]);
    expect(await readPages(path, 2)).toEqual([["one", "two ✓"], ["three"]]);
  });

  it.each([1, 2, 3, 100])(
    "puts what subagents said between their call and its result, %i at a time",
    async (limit) => {
      const path = await transcript(
        [said("user", "start"), called("t-1"), called("t-2"), said("user", "end")].join(""),
      );
      await writeSubagent(path, {
        name: "agent-a",
        call: "t-1",
        text: [said("user", "look"), called("t-3"), said("assistant", "found")].join(""),
      });
      await writeSubagent(path, { name: "agent-b", call: "t-3", text: said("user", "deeper") });
      await writeSubagent(path, { name: "agent-c", call: "t-2", text: said("user", "also") });
      await write(subagentFile(path, "agent-d.meta.json"), '{"toolUse');
      expect((await readPages(path, limit)).flat()).toEqual([
        "start",
        "t-1",
        "t-1: look",
        "t-1: t-3",
        "t-3: deeper",
        "t-1: found",
        "t-2",
        "t-2: also",
        "end",
      ]);
    },
  );

  it("leaves a line that is still being written to the next reader", async () => {
    const line = said("assistant", "späte Antwort");
    const path = await transcript(said("user", "one") + line.slice(0, 60));
    expect(await readPages(path, 10)).toEqual([["one"]]);
    await appendFile(path, line.slice(60));
    expect(await readPages(path, 10)).toEqual([["one", "späte Antwort"]]);
  });

  it("ends a page early for the sake of a line of 20 MB", async () => {
    const huge = "x".repeat(20 * 1024 * 1024);
    const path = await transcript(said("user", huge) + said("user", "after"));
    const pages = await readPages(path, 10);
    expect(pages.map((page) => page.map((text) => text.length))).toEqual([[huge.length], [5]]);
  });

  it("has nothing to read where there is no file", async () => {
    expect(await readTranscript("/nowhere/s-1.jsonl", { limit: 10 })).toEqual({ messages: [] });
  });

  it("refuses a cursor of somebody else's", async () => {
    const path = await transcript(said("user", "one"));
    await expect(readTranscript(path, { limit: 1, cursor: "job-1" })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  });
});

describe("summarizeTranscript", () => {
  it("tells the first prompt, the folder, the time and the last name", async () => {
    const path = await transcript(
      [
        '{"type":"custom-title","customTitle":"draft"}\n',
        said("user", "note", { isMeta: true }),
        said("user", "Write\n the book."),
        said("assistant", "Written.".repeat(50_000)),
        '{"type":"ai-title","aiTitle":"made up"}\n',
        '{"type":"custom-title","customTitle":"The book"}\n',
        said("user", "And another."),
      ].join(""),
    );
    expect(await summarizeTranscript(path)).toEqual({
      title: "The book",
      firstPrompt: "Write\n the book.",
      createdAt: new Date("2026-01-01T00:00:00.000Z"),
      workingDirectory: "/work",
    });
  });

  it("takes the name at the head where the tail has none, and a made up one over none", async () => {
    const named = await transcript(`{"customTitle":"draft"}\n${said("user", "Go.")}`);
    expect(await summarizeTranscript(named)).toMatchObject({ title: "draft" });
    const titled = await transcript(`${said("user", "Go.")}{"aiTitle":"made up"}\n{"aiTitle\n`);
    expect(await summarizeTranscript(titled)).toMatchObject({ title: "made up" });
  });

  it("knows nothing of a transcript without a prompt, however long", async () => {
    const path = await transcript('{"type":"mode"}\n'.repeat(200_000));
    expect(await summarizeTranscript(path)).toEqual({});
  });
});
