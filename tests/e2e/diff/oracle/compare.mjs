// Reads `{before, after}` a line, writes what api-smart-diff reports of each: a line with a list of `{action, path}`.
import { createInterface } from "node:readline";
import { apiCompare } from "api-smart-diff";

for await (const line of createInterface({ input: process.stdin })) {
  const { before, after } = JSON.parse(line);
  let told;
  try {
    told = { diffs: apiCompare(before, after).diffs.map(({ action, path }) => ({ action, path })) };
  } catch (error) {
    told = { failure: String(error) };
  }
  process.stdout.write(JSON.stringify(told) + "\n");
}
