// Drives a router whose answers are scripted with clients that people use. Reads {directory, origin, step} on standard input, writes JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { directory, origin, step } = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(join(directory, "x.js"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const question = "Does it rain in Pune?";
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const description = "The weather of a city";
const openai = async () => new (await load("openai")).default({ baseURL: `${origin}/v1`, apiKey: "none", maxRetries: 0 });
const anthropic = async () => new (await load("@anthropic-ai/sdk")).default({ baseURL: origin, apiKey: "none", maxRetries: 0 });
const tools = [{ type: "function", function: { name: "weather", description, parameters } }];
const flat = [{ type: "function", name: "weather", description, parameters, strict: false }];
const blocks = [{ name: "weather", description, input_schema: parameters }];
const failed = (promise) => promise.then(() => "no error", (error) => ({ name: error.constructor.name, status: error.status, message: error.message }));

const steps = {
  async openaiChat() {
    const client = await openai();
    const answer = await client.chat.completions.create({ model: "law", messages: [{ role: "user", content: question }], tools });
    const [call] = answer.choices[0].message.tool_calls;
    const next = await client.chat.completions.create({
      model: "law", tools, messages: [{ role: "user", content: question }, answer.choices[0].message, { role: "tool", tool_call_id: call.id, content: "no" }] });
    return { finish: answer.choices[0].finish_reason, content: answer.choices[0].message.content, call, next: next.choices[0].message.content };
  },
  async openaiChatStream() {
    const client = await openai();
    const stream = client.chat.completions.stream({ model: "law", messages: [{ role: "user", content: question }], tools });
    let deltas = 0;
    stream.on("tool_calls.function.arguments.delta", () => deltas++);
    const final = await stream.finalChatCompletion();
    return { finish: final.choices[0].finish_reason, content: final.choices[0].message.content, call: final.choices[0].message.tool_calls[0], deltas };
  },
  async openaiRunTools() {
    const client = await openai();
    const asked = [];
    const runner = client.chat.completions.runTools({
      model: "law", messages: [{ role: "user", content: question }],
      tools: [{ type: "function", function: { name: "weather", description, parameters, parse: JSON.parse, function: (input) => { asked.push(input.city); return "no"; } } }],
    });
    return { text: await runner.finalContent(), asked };
  },
  async openaiResponses() {
    const client = await openai();
    const input = [{ role: "user", content: question }];
    const answer = await client.responses.create({ model: "law", input, tools: flat });
    const call = answer.output.find((item) => item.type === "function_call");
    const next = await client.responses.create({
      model: "law", tools: flat, input: [...input, ...answer.output, { type: "function_call_output", call_id: call.call_id, output: "no" }] });
    return { status: answer.status, text: answer.output_text, call, next: next.output_text, usage: next.usage };
  },
  async openaiResponsesStream() {
    const client = await openai();
    const stream = client.responses.stream({ model: "law", input: question, tools: flat });
    const types = [];
    for await (const event of stream) types.push(event.type);
    const final = await stream.finalResponse();
    return { types, text: final.output_text, call: final.output.find((item) => item.type === "function_call") };
  },
  // A stream that its caller leaves after three events, asked for again: what was there and what came are the whole.
  async openaiComeback() {
    const client = await openai();
    const asked = { model: "law", input: question, tools: flat, background: true };
    const stream = await client.responses.create({ ...asked, stream: true });
    const events = [];
    for await (const event of stream) {
      events.push(event);
      if (events.length === 3) break;
    }
    const id = events[0].response.id;
    const rest = await client.responses.retrieve(id, { stream: true, starting_after: events[2].sequence_number });
    for await (const event of rest) events.push(event);
    const helped = await client.responses.stream({ response_id: id, starting_after: 4 }).finalResponse();
    const state = await client.responses.retrieve(id);
    const cancelled = await client.responses.cancel(id);
    await client.responses.delete(id);
    const polled = await client.responses.create(asked);
    let last = polled;
    while (last.status === "in_progress") last = await client.responses.retrieve(polled.id);
    return {
      numbers: events.map((e) => e.sequence_number), types: events.map((e) => e.type), text: state.output_text, helped: helped.output_text, background: state.background,
      status: state.status, cancelled: cancelled.status, polled: last.output_text, gone: await failed(client.responses.retrieve(id)),
    };
  },
  async anthropicMessages() {
    const client = await anthropic();
    const messages = [{ role: "user", content: question }];
    const answer = await client.messages.create({ model: "law", max_tokens: 64, messages, tools: blocks });
    const call = answer.content.find((block) => block.type === "tool_use");
    const next = await client.messages.create({
      model: "law", max_tokens: 64, tools: blocks, system: "Be brief.",
      messages: [...messages, { role: "assistant", content: answer.content }, { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "no" }] }] });
    return { stop: answer.stop_reason, content: answer.content, next: next.content, usage: next.usage };
  },
  async anthropicStream() {
    const client = await anthropic();
    const stream = client.messages.stream({ model: "law", max_tokens: 64, messages: [{ role: "user", content: question }], tools: blocks });
    let text = "";
    stream.on("text", (delta) => { text += delta; });
    const final = await stream.finalMessage();
    return { stop: final.stop_reason, content: final.content, text, usage: final.usage };
  },
  async errors() {
    const messages = [{ role: "user", content: question }];
    const [a, o] = [await anthropic(), await openai()];
    return Promise.all([
      failed(a.messages.create({ model: "nobody", max_tokens: 1, messages })), failed(a.messages.create({ model: "law", max_tokens: 0, messages })),
      failed(o.responses.create({ model: "nobody", input: "a" })), failed(o.responses.create({ model: "law", input: "a", previous_response_id: "resp_1" })),
    ]);
  },
  async langchain() {
    const { ChatOpenAI } = await load("@langchain/openai");
    const { ToolMessage, HumanMessage } = await load("@langchain/core/messages");
    const model = new ChatOpenAI({ model: "law", apiKey: "none", maxRetries: 0, configuration: { baseURL: `${origin}/v1` } }).bindTools(tools);
    const human = new HumanMessage(question);
    const answer = await model.invoke([human]);
    const next = await model.invoke([human, answer, new ToolMessage({ tool_call_id: answer.tool_calls[0].id, content: "no" })]);
    let streamed;
    for await (const chunk of await model.stream([human])) streamed = streamed ? streamed.concat(chunk) : chunk;
    return { content: answer.content, calls: answer.tool_calls, next: next.content, streamed: streamed.tool_calls };
  },
  async aiSdk() {
    const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
    const { generateText, streamText, jsonSchema, tool, stepCountIs } = await load("ai");
    const model = createOpenAICompatible({ name: "experts", baseURL: `${origin}/v1` }).chatModel("law");
    const asked = [];
    const given = { weather: tool({ description, inputSchema: jsonSchema(parameters), execute: async ({ city }) => { asked.push(city); return "no"; } }) };
    const whole = await generateText({ model, prompt: question, tools: given, stopWhen: stepCountIs(3), maxRetries: 0 });
    const stream = streamText({ model, prompt: question, tools: given, stopWhen: stepCountIs(3), maxRetries: 0 });
    let text = "";
    for await (const part of stream.textStream) text += part;
    return { text: whole.text, steps: whole.steps.map((s) => s.finishReason), asked, streamed: text };
  },
};

process.stdout.write(JSON.stringify(await steps[step]()));
