/** `tombola compare` on a finished run: differences by replicate, and verdicts of what was registered. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tombola } from "./tombola.ts";
