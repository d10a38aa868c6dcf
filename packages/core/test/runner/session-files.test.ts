import { appendFile, mkdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { projectFolderName } from "../../src/claude-home.ts";
import { FileTail } from "../../src/runner/runtime/file-tail.ts";
import { FileWatch } from "../../src/runner/runtime/file-watch.ts";
import { leftOutMessage } from "../../src/runner/runtime/left-out-message.ts";
import { findSessionFile, subagentFolder } from "../../src/runner/runtime/session-path.ts";
import { SessionTranscript } from "../../src/runner/runtime/session-transcript.ts";
import { indexTranscripts } from "../../src/sessions/transcript-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, "growing.jsonl");
});

describe("FileTail", () => {
  it("takes lines as they are completed, characters that come in pieces included", async () => {
    await using tail = new FileTail(file);
    expect(await tail.next()).toBeUndefined();
    const bytes = Buffer.from("first\nzweite – 日本\nlast");
    for (const byte of bytes.subarray(0, -4)) {
      await appendFile(file, Buffer.of(byte));
      if (byte !== 0x0a) expect(await tail.next()).toBeUndefined();
      else expect(await tail.next()).toMatch(/^(first|zweite – 日本)$/);
    }
    await appendFile(file, "last");
    expect(await tail.next()).toBeUndefined();
    await appendFile(file, "\n");
    expect(await tail.next()).toBe("last");
  });

  it("begins where it is told to", async () => {
    await writeFile(file, "old\nnew\n");
    await using tail = new FileTail(file, { position: 4 });
    expect(await tail.next()).toBe("new");
    expect(await tail.next()).toBeUndefined();
  });

  it("takes a line of 20 MB", async () => {
    await writeFile(file, `${"x".repeat(20_000_000)}\nshort\n`);
    await using tail = new FileTail(file);
    expect((await tail.next())?.length).toBe(20_000_000);
    expect(await tail.next()).toBe("short");
  });

  it("takes what stands for a line that is too long", async () => {
    await writeFile(file, `{"type":"user","text":"${"x".repeat(2_000_000)}"}\n{}\n`);
    await using tail = new FileTail(file, {
      longest: 1_000_000,
      standIn: (line) => JSON.stringify(leftOutMessage(line, "session-1")),
    });
    const text = "2 MiB in one line are left out: nobody could read them.";
    const message: object = JSON.parse((await tail.next()) ?? "");
    expect(message).toMatchObject({ type: "system", subtype: "left_out", text, bytes: 2_000_025 });
    expect(await tail.next()).toBe("{}");
  });

  it.each([
    ["is deleted", () => rm(file)],
    ["is cut off", () => truncate(file, 2)],
    [
      "is replaced",
      async () => {
        await writeFile(`${file}.new`, "other lines\n");
        await rename(`${file}.new`, file);
      },
    ],
  ])("notices when the file %s", async (_how, change) => {
    await writeFile(file, "a line\n");
    await using tail = new FileTail(file);
    expect(await tail.isBroken()).toBe(false);
    await tail.next();
    expect(await tail.isBroken()).toBe(false);
    await change();
    expect(await tail.isBroken()).toBe(true);
  });

  it("does not call a file broken that is not there yet", async () => {
    await using tail = new FileTail(file);
    expect(await tail.isBroken()).toBe(false);
  });
});

describe("findSessionFile", () => {
  it("finds a session in the folder of its real working directory", async () => {
    const [home, cwd, link] = ["home", "späße 日本", "link"].map((name) => join(folder, name));
    await mkdir(cwd ?? "");
    await symlink(cwd ?? "", link ?? "");
    const project = join(home ?? "", "projects", projectFolderName(cwd ?? ""));
    await mkdir(project, { recursive: true });
    const place = { claudeHome: home ?? "", cwd: link ?? "", sessionId: "s1" };
    expect(await findSessionFile(place)).toBeUndefined();
    await writeFile(join(project, "s1.jsonl"), "");
    expect(await findSessionFile(place)).toBeUndefined();
    await writeFile(join(project, "s1.jsonl"), "{}\n");
    expect(await findSessionFile(place)).toBe(join(project, "s1.jsonl"));
  });

  it("finds a session that began in another folder, or whose folder is gone", async () => {
    const other = join(folder, "projects", "-somewhere-else");
    await mkdir(other, { recursive: true });
    await writeFile(join(other, "s1.jsonl"), "{}\n");
    const place = { claudeHome: folder, cwd: join(folder, "gone"), sessionId: "s1" };
    expect(await findSessionFile(place)).toBe(join(other, "s1.jsonl"));
    expect(await findSessionFile({ ...place, sessionId: "s2" })).toBeUndefined();
  });

  it.each(["file", "folder"])("follows no link that leads elsewhere (%s)", async (kind) => {
    const [home, other] = [join(folder, "home"), join(folder, "other", "-p")];
    const project = join(home, "projects", "-p");
    await mkdir(other, { recursive: true });
    await writeFile(join(other, "s1.jsonl"), "{}\n");
    await mkdir(kind === "file" ? project : join(home, "projects"), { recursive: true });
    if (kind === "file") await symlink(join(other, "s1.jsonl"), join(project, "s1.jsonl"));
    else await symlink(other, project);
    const place = { claudeHome: home, cwd: folder, sessionId: "s1" };
    expect(await findSessionFile(place)).toBeUndefined();
    expect([...(await indexTranscripts(home))]).toEqual([]);
    const own = join(home, "projects", "-own");
    await mkdir(own);
    await writeFile(join(own, "s1.jsonl"), "{}\n");
    expect(await findSessionFile(place)).toBe(join(own, "s1.jsonl"));
    expect([...(await indexTranscripts(home))]).toEqual([["s1", join(own, "s1.jsonl")]]);
  });

  it("finds nothing where Claude Code has never run", async () => {
    const place = { claudeHome: join(folder, "none"), cwd: folder, sessionId: "s1" };
    expect(await findSessionFile(place)).toBeUndefined();
  });
});

const line = (uuid: string, text = "Hi"): string =>
  `${JSON.stringify({ type: "assistant", uuid, message: { role: "assistant", content: text } })}\n`;

describe("SessionTranscript", () => {
  it("finds each line once, in any order, also those of subagents", async () => {
    const project = join(folder, "projects", "-p");
    await mkdir(project, { recursive: true });
    const session = join(project, "s1.jsonl");
    const read: string[] = [];
    await using transcript = new SessionTranscript({
      claudeHome: folder,
      cwd: folder,
      sessionId: "s1",
      onFile: (path) => read.push(path),
    });
    expect(await transcript.find("a", false)).toBeUndefined();
    expect(await transcript.find("a", true)).toBeUndefined();
    await writeFile(session, `${line("a")}{"type":"note"}\n${line("b")}`);
    expect(await transcript.find("b", false)).toMatchObject({ uuid: "b" });
    expect(await transcript.find("a", false)).toMatchObject({ uuid: "a" });
    expect(await transcript.find("a", false)).toBeUndefined();
    await appendFile(session, line("c"));
    expect(await transcript.find("c", false)).toMatchObject({ uuid: "c" });

    await mkdir(subagentFolder(session), { recursive: true });
    const subagent = join(subagentFolder(session), "agent-1.jsonl");
    await writeFile(subagent, line("d"));
    await writeFile(join(subagentFolder(session), "agent-1.meta.json"), "{}");
    expect(await transcript.find("d", false)).toBeUndefined();
    expect(await transcript.find("d", true)).toMatchObject({ uuid: "d" });
    expect(read).toEqual([session, subagent]);
    expect(await transcript.isBroken()).toBe(false);
    await rm(session);
    expect(await transcript.isBroken()).toBe(true);
  });

  it("leaves out what was said before it began", async () => {
    await writeFile(file, line("old") + line("new"));
    await using transcript = new SessionTranscript({
      claudeHome: folder,
      cwd: folder,
      sessionId: "s1",
      start: { path: file, offset: line("old").length },
    });
    expect(await transcript.find("new", false)).toMatchObject({ uuid: "new" });
    expect(await transcript.find("old", false)).toBeUndefined();
  });
});

describe("FileWatch", () => {
  it("tells of what is written to a watched folder and to what is added", async () => {
    await using watch = await FileWatch.open([folder]);
    const look = watch.next(60_000);
    await writeFile(file, "a\n");
    await look;
    const added = join(folder, "deep", "er");
    await mkdir(added, { recursive: true });
    await writeFile(join(added, "log"), "a\n");
    watch.add(join(added, "log"));
    await watch.next(1_000);
    const again = watch.next(60_000);
    await appendFile(join(added, "log"), "b\n");
    await again;
  });

  it("has one look from time to time although nobody tells of a change", async () => {
    await using watch = await FileWatch.open([folder]);
    await watch.next(20);
  });

  it("can be woken", async () => {
    await using watch = await FileWatch.open([folder]);
    const look = watch.next(60_000);
    watch.wake();
    await look;
  });
});
