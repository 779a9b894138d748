import { execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failOnFile, readIfThere, writeAtomic } from "./files.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-files-"));
});
afterEach(() => rm(dir, { recursive: true }));

test("a file that is replaced keeps its mode, and the link that leads to it", async () => {
  await writeFile(join(dir, "a"), "old");
  await chmod(join(dir, "a"), 0o604);
  await symlink("a", join(dir, "link"));
  await writeAtomic(join(dir, "link"), "new");
  expect(await readFile(join(dir, "a"), "utf8")).toBe("new");
  expect((await stat(join(dir, "a"))).mode & 0o777).toBe(0o604);
  expect((await lstat(join(dir, "link"))).isSymbolicLink()).toBe(true);
  expect((await readdir(dir)).sort()).toEqual(["a", "link"]);
});

test("whatever stands in a file's place or keeps it from being written is told with what to do", async () => {
  await mkdir(join(dir, "folder"));
  await expect(readIfThere(join(dir, "folder"))).rejects.toThrow(/folder: must be a regular file\. Remove it$/);
  await symlink("b", join(dir, "a"));
  await symlink("a", join(dir, "b"));
  await expect(readIfThere(join(dir, "a"))).rejects.toThrow(/a: its links lead to each other\. Remove the links/);
  for (const code of ["EFBIG", "EISDIR", "ENAMETOOLONG", "EMFILE", "EIO"])
    expect(() => failOnFile("big", Object.assign(new Error("i/o error"), { code }))).toThrow(/^big: .*\. [A-Z]/);
});

test("a device is written to and stays one", async () => {
  await symlink("/dev/null", join(dir, "sink"));
  for (const path of ["/dev/null", join(dir, "sink")]) {
    await writeAtomic(path, "nothing");
    expect((await stat(path)).isCharacterDevice()).toBe(true);
  }
  expect(await readdir(dir)).toEqual(["sink"]);
});

test("a pipe, a folder and a link that leads nowhere are refused, and stay", async () => {
  execFileSync("mkfifo", [join(dir, "pipe")]);
  await mkdir(join(dir, "folder"));
  await symlink("nowhere", join(dir, "lost"));
  const before = await readdir(dir);
  await expect(writeAtomic(join(dir, "pipe"), "x")).rejects.toThrow(/pipe: must be a file, .*got "?a pipe.*Choose/);
  await expect(writeAtomic(join(dir, "folder"), "x")).rejects.toThrow(/folder: must be a file, .*got "?a folder/);
  await expect(writeAtomic(join(dir, "lost"), "x")).rejects.toThrow(/lost: is a link to what does not exist\. Remove/);
  expect(await readdir(dir)).toEqual(before);
  expect((await lstat(join(dir, "pipe"))).isFIFO()).toBe(true);
});
