// Reads {directory, path, adapter, tokens, vocabulary} from standard input; writes what llama.cpp makes of the model, and of the
// adapter where one is named: {logits}, after every token those of the whole vocabulary, or {error}. The addon is node-llama-cpp's own, called without the package around it.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

const request = JSON.parse(readFileSync(0, "utf8"));
const platform = `linux-${process.arch}`;
const folder = `${request.directory}/node_modules/@node-llama-cpp/${platform}/bins/${platform}`;
const addon = createRequire(import.meta.url)(`${folder}/llama-addon.node`);
const log = [];
const tail = () => log.join("").slice(-1000);
addon.setLogger((level, message) => log.push(message));
addon.setLoggerLogLevel(5);
addon.loadBackends();
addon.loadBackends(folder);
await addon.init();
const float32 = 0;

async function logitsOf({ path, adapter, tokens, vocabulary }) {
  const model = new addon.AddonModel(path, { addonExports: addon, gpuLayers: 0, useMmap: false });
  if (!(await model.init())) return { error: tail() };
  const options = { contextSize: 256, batchSize: 256, sequences: 1, threads: 1, flashAttention: false, swaFullCache: true };
  const context = new addon.AddonContext(model, { ...options, kvCacheKeyType: float32, kvCacheValueType: float32 });
  if (!(await context.init())) return { error: tail() };
  if (adapter) {
    const lora = new addon.AddonModelLora(model, adapter);
    await model.loadLora(lora);
    context.setLoras([lora], [1]);
  }
  const all = Uint32Array.from(tokens.keys());
  context.initBatch(tokens.length);
  const places = context.addToBatch(0, 0, Uint32Array.from(tokens), all);
  await context.decodeBatch();
  const sampler = new addon.AddonSampler(model);
  sampler.applyConfig({ temperature: 0 });
  const wanted = [Array.from({ length: vocabulary }, (_, i) => i), false, false, false, 0];
  const logits = [];
  for (const place of places) {
    const [, , , pairs] = await context.sampleToken(place, sampler, false, false, wanted);
    const row = new Array(vocabulary);
    for (let i = 0; i < pairs.length; i += 2) row[pairs[i]] = pairs[i + 1];
    logits.push(row);
  }
  sampler.dispose();
  await context.dispose();
  await model.dispose();
  return { logits };
}

const answer = await logitsOf(request).catch((error) => ({ error: error.message + tail() }));
const text = Buffer.from(JSON.stringify(answer));
for (let at = 0; at < text.length;) at += writeSync(1, text, at);
process.exit(0);
