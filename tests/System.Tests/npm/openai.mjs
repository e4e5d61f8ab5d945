// Drives a router with OpenAI's official client. Reads {directory, baseURL, step} on standard input, writes JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const { directory, baseURL, step } = JSON.parse(readFileSync(0, "utf8"));
const { default: OpenAI } = await import(createRequire(join(directory, "x.js")).resolve("openai"));
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Which court decides on the Kolar lease?" }];

const steps = {
  async models() {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    const law = await client.models.retrieve("law");
    return { ids, parent: law.parent, object: law.object };
  },
  async chat() {
    const answer = await client.chat.completions.create({ model: "law", messages, temperature: 0, max_tokens: 24, logprobs: true });
    return answer;
  },
  async chatStream() {
    const stream = await client.chat.completions.create({
      model: "auto", messages, temperature: 0, max_tokens: 24, stream: true, stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  },
  async extension() {
    const answer = await client.chat.completions.create({
      model: "auto", messages, temperature: 0, max_tokens: 8,
      expert_cluster: { merge: "mix", k: 2, scope: "request", experts: [{ name: "law", weight: 0.6 }, { name: "finance", weight: 0.4 }] },
    });
    return answer.expert_cluster;
  },
  async completion() {
    return client.completions.create({ model: "general", prompt: "The", temperature: 0, max_tokens: 6 });
  },
  async completionStream() {
    const chunks = [];
    for await (const chunk of await client.completions.create({ model: "general", prompt: "The", temperature: 0, max_tokens: 6, stream: true })) chunks.push(chunk);
    return chunks;
  },
  async unknownModel() {
    return client.chat.completions.create({ model: "astrology", messages }).then(
      () => "no error", (error) => ({ name: error.constructor.name, status: error.status, code: error.code, type: error.type, param: error.param }));
  },
  async badParameter() {
    return client.chat.completions.create({ model: "law", messages, max_tokens: -1 }).then(
      () => "no error", (error) => ({ name: error.constructor.name, status: error.status, message: error.message }));
  },
  async abort() {
    const stream = await client.completions.create({ model: "general", prompt: "The", temperature: 2, seed: 5, max_tokens: 900, ignore_eos: true, stream: true });
    let chunks = 0;
    for await (const chunk of stream) {
      if (chunk && ++chunks === 5) break;
    }
    return chunks;
  },
};

console.log(JSON.stringify(await steps[step]()));
