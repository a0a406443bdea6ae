// Fills one Word template again and again with the packages that `bench_word` compares itself with.
// One JSON line in: {"peer", "template", "data", "out"}. One line out: {"ms"}, the time of one document: of
// the processor, or of the clock where that is less. Files are read before.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { performance } from "node:perf_hooks";
import { join } from "node:path";

const folder = process.argv[2];
const require = createRequire(join(folder, "package.json"));
const kept = new Map();

function once(path, read) {
  if (!kept.has(path)) kept.set(path, read(readFileSync(path)));
  return kept.get(path);
}

const peers = {
  async carbone({ template, data }) {
    const carbone = require("carbone");
    return new Promise((done, failed) =>
      carbone.render(template, data, (error, made) => (error ? failed(error) : done(made))));
  },
  async docxtemplater({ content, data }) {
    const PizZip = require("pizzip");
    const Docxtemplater = require("docxtemplater");
    const document = new Docxtemplater(new PizZip(content), { paragraphLoop: true });
    document.render(data);
    return document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
  },
  async "easy-template-x"({ content, data }) {
    const { TemplateHandler } = require("easy-template-x");
    return new TemplateHandler().process(content, data);
  },
};

function versions() {
  return Object.fromEntries(Object.keys(peers).flatMap((name) => {
    try {
      return [[name, JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"))).version]];
    } catch {
      return [];
    }
  }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.peer === "") {
    console.log(JSON.stringify({ node: process.version, ...versions() }));
    continue;
  }
  const given = {
    template: asked.template,
    content: once(asked.template, (bytes) => bytes),
    data: once(asked.data, (bytes) => JSON.parse(bytes)),
  };
  const start = performance.now(), used = process.cpuUsage();
  const made = await peers[asked.peer](given);
  const spent = process.cpuUsage(used);
  const ms = Math.min(performance.now() - start, (spent.user + spent.system) / 1000);
  if (asked.out) writeFileSync(asked.out, made);
  console.log(JSON.stringify({ ms }));
}
