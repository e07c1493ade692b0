// Reads an AsyncAPI document with the official parser; prints what it finds, and what it understood, as JSON.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const understood = document && {
  version: document.version(),
  channels: document.channels().all().map((channel) => channel.address()),
  messages: document.components().messages().all().map((message) => message.id()),
  operations: document.operations().all().map((operation) => ({
    id: operation.id(),
    action: operation.action(),
    messages: operation.messages().all().map((message) => message.name()),
  })),
};
const findings = diagnostics.map(({ code, message, path, severity }) => ({
  code,
  message,
  path: path.join("/"),
  severity,
}));
console.log(JSON.stringify({ findings, understood: understood ?? null }));
