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
  async several() {
    return client.completions.create({
      model: "general", prompt: ["The", "Who audits the accounts of the company that was named before?"], n: 2, seed: 7, temperature: 1, max_tokens: 6, logprobs: 2 });
  },
  async severalStreamed() {
    const stream = await client.completions.create({
      model: "general", prompt: ["The", "Who audits the accounts of the company that was named before?"], n: 2, seed: 7, temperature: 1, max_tokens: 6, stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  },
  async chatSeveral() {
    return client.chat.completions.create({ model: "law", messages, n: 3, temperature: 0, max_tokens: 12, logprobs: true, top_logprobs: 4 });
  },
  async penalties() {
    const ask = (fields) => client.completions.create({ model: "general", prompt: "The", temperature: 0, max_tokens: 12, ignore_eos: true, logprobs: 0, ...fields });
    const ids = (answer) => answer.expert_cluster.tokens.map((token) => token.id);
    const plain = ids(await ask({}));
    const [first, second] = plain;
    return {
      plain,
      biased: ids(await ask({ logit_bias: { [second]: 100 } })),
      banned: ids(await ask({ logit_bias: { [first]: -100 } })),
      allowed: ids(await ask({ allowed_token_ids: [first, second] })),
      frequency: ids(await ask({ allowed_token_ids: [first, second], frequency_penalty: 2 })),
      presence: ids(await ask({ presence_penalty: 2, frequency_penalty: 2 })),
      stopped: (await ask({ stop_token_ids: [plain[3]] })).choices[0],
      minimum: ids(await ask({ stop_token_ids: [plain[3]], min_tokens: 8 })),
    };
  },
  async tokens() {
    const ask = (prompt) => client.completions.create({ model: "general", prompt, temperature: 0, max_tokens: 6 });
    const url = baseURL.replace(/\/v1$/, "");
    const post = async (path, body) => (await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();
    const tokenized = await post("/tokenize", { model: "general", prompt: "The lease" });
    const back = await post("/detokenize", { model: "general", tokens: tokenized.tokens });
    const chat = await post("/tokenize", { model: "law", messages });
    return { tokenized, back, chat, text: (await ask("The lease")).choices[0].text, ids: (await ask(tokenized.tokens)).choices[0].text, lists: (await ask([tokenized.tokens, tokenized.tokens])).choices.map((c) => c.text) };
  },
  async classify() {
    const answer = await fetch(new URL("/classify", baseURL), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ messages }) });
    const plan = (await client.chat.completions.create({ model: "auto", messages, max_tokens: 1 })).expert_cluster.plan;
    return { classified: await answer.json(), plan };
  },
  async toolTurns() {
    return client.chat.completions.create({
      model: "finance", temperature: 0, max_tokens: 4,
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        { role: "assistant", content: null, tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "c1", content: "4" },
      ],
    });
  },
  async goesOn() {
    const whole = await client.chat.completions.create({ model: "law", messages, temperature: 0, max_tokens: 24 });
    const text = whole.choices[0].message.content;
    const half = text.slice(0, text.indexOf(" ", text.length / 2));
    const rest = await client.chat.completions.create({
      model: "law", messages: [...messages, { role: "assistant", content: half }], temperature: 0, max_tokens: 24, continue_final_message: true, add_generation_prompt: false,
    });
    return { text, half, rest: rest.choices[0].message.content };
  },
  async faces() {
    const post = (path, body) => fetch(new URL(path, baseURL), { method: "POST", headers: { "x-api-key": "none", "anthropic-version": "2023-06-01", "content-type": "application/json" }, body: JSON.stringify(body) }).then((r) => r.json());
    const chat = await client.chat.completions.create({ model: "law", messages, temperature: 0, max_tokens: 24 });
    const response = await client.responses.create({ model: "law", input: messages, temperature: 0, max_output_tokens: 24 });
    let streamed = "";
    for await (const event of await client.responses.create({ model: "law", input: messages[0].content, temperature: 0, max_output_tokens: 24, stream: true })) {
      if (event.type === "response.output_text.delta") streamed += event.delta;
    }
    const message = await post("/v1/messages", { model: "law", messages, temperature: 0, max_tokens: 24 });
    const counted = await post("/v1/messages/count_tokens", { model: "law", messages });
    return { chat: chat.choices[0].message.content, prompt: chat.usage.prompt_tokens, response: response.output_text, streamed, message, counted: counted.input_tokens };
  },
  async refusals() {
    const refused = (fields) => client.chat.completions.create({ model: "law", messages, ...fields }).then(() => "no error", (error) => ({ status: error.status, code: error.code, param: error.param, message: error.message }));
    return Promise.all([
      refused({ tools: [{ type: "function", function: { name: "f" } }] }), refused({ guided_json: 7 }), refused({ colour: 1 }), refused({ logit_bias: { 1: 101 } }),
      refused({ n: 17 }), refused({ max_completion_tokens: 0 }), refused({ messages: [{ role: "user", content: "a ".repeat(5000) }] }),
      refused({ allowed_token_ids: [1000000] }),
    ]);
  },
  async routes() {
    const url = baseURL.replace(/\/v1$/, "");
    const look = async (method, path) => {
      const answer = await fetch(url + path, { method });
      return { status: answer.status, body: await answer.text() };
    };
    const moderations = await client.moderations.create({ input: "a" }).then(() => "no error", (error) => ({ status: error.status, message: error.message, code: error.code }));
    return {
      moderations, get: await look("GET", "/v1/chat/completions"), head: await look("HEAD", "/v1/models"), nowhere: await look("GET", "/v2/x"),
      health: await look("GET", "/health"), ping: await look("POST", "/ping"), version: await look("GET", "/version"), models: JSON.parse((await look("GET", "/v1/models")).body),
    };
  },
  async unknownModel() {
    return client.chat.completions.create({ model: "astrology", messages }).then(
      () => "no error", (error) => ({ name: error.constructor.name, status: error.status, code: error.code, type: error.type, param: error.param }));
  },
  async badParameter() {
    return client.chat.completions.create({ model: "law", messages, max_tokens: -1 }).then(
      () => "no error", (error) => ({ name: error.constructor.name, status: error.status, message: error.message }));
  },
  async embeddings() {
    // The client asks for base64 by itself, and gives numbers.
    const answer = await client.embeddings.create({ model: "minilm", input: ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."] });
    const plain = await client.embeddings.create({ model: "auto", input: "The weather is lovely today.", encoding_format: "float" });
    const long = await client.embeddings.create({ model: "minilm", input: ["a", "word ".repeat(300)] }).catch((error) => ({ status: error.status, param: error.param }));
    return { vectors: answer.data.map((d) => d.embedding), plain: plain.data[0].embedding, usage: answer.usage, long };
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
