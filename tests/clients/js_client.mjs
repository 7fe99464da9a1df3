// Fills or reads a cache through @huggingface/hub, by a list: node js_client.mjs PATH/TO/index.mjs < JOB
//
// Standard input is JSON: {"links": true, "tasks": [...]}, tasks and answers as in python_client.py. The
// library reads no variable but those that say where the cache is, so HF_ENDPOINT and HF_TOKEN are
// read here. "links": false makes the one function that links fail, as on a disk without links.

import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { pathToFileURL } from "node:url";

// The library tells each download on standard output, which is for the answers.
console.debug = console.info = console.error;

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function work(hub, task) {
  const where = {
    repo: { type: task.type, name: task.id },
    revision: task.revision,
    hubUrl: process.env.HF_ENDPOINT,
    credentials: process.env.HF_TOKEN ? { accessToken: process.env.HF_TOKEN } : undefined,
  };
  if (task.do === "snapshot") return { ok: await hub.snapshotDownload(where) };
  const path = await hub.downloadFileToCacheDir({ ...where, path: task.path });
  return { ok: path, sha256: createHash("sha256").update(await fs.readFile(path)).digest("hex") };
}

const job = JSON.parse(await readAll(process.stdin));
if (!job.links) {
  fs.symlink = async () => {
    throw Object.assign(new Error("EPERM: no links here"), { code: "EPERM" });
  };
  syncBuiltinESMExports();
}
const hub = await import(pathToFileURL(process.argv[2]).href);
const answers = [];
for (const task of job.tasks) {
  try {
    answers.push(await work(hub, task));
  } catch (problem) {
    answers.push({ error: `${problem.name}: ${problem.message}` });
  }
}
console.log(JSON.stringify(answers));
