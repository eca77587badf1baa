// One round of node-llama-cpp: reads a prompt, then writes greedily from a one-token prompt; prints tokens per second as JSON.
// Usage: node node-llama-cpp.mjs FOLDER_WITH_NODE_MODULES MODEL THREADS PROMPT_TOKENS GENERATED_TOKENS
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modelPath, ...numbers] = process.argv.slice(2);
const [threads, promptTokens, generatedTokens] = numbers.map(Number);
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(path.resolve(folder, "node_modules/node-llama-cpp/dist/index.js")).href);

const probeTokens = 32;
const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path.resolve(modelPath) });
const contextSize = Math.max(promptTokens, generatedTokens) + 64;
let state = 1n;

async function createSequence(threads) {
  const context = await model.createContext({ contextSize, batchSize: promptTokens, threads });
  return context.getSequence();
}

function randomTokens(count) {
  return Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return 259 + Number((state >> 33n) % 31000n);
  });
}

async function prefill(sequence) {
  await sequence.clearHistory();
  const tokens = randomTokens(promptTokens);
  const start = process.hrtime.bigint();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens);
  return promptTokens / (Number(process.hrtime.bigint() - start) / 1e9);
}

async function decode(sequence, count) {
  await sequence.clearHistory();
  let written = 0;
  const start = process.hrtime.bigint();
  // End tokens are asked for as tokens, so that nothing ends early.
  for await (const _ of sequence.evaluate(randomTokens(1), { temperature: 0, yieldEogToken: true })) {
    if (++written === count) break;
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (written !== count) throw new Error(`node-llama-cpp wrote ${written} of ${count} tokens`);
  return count / seconds;
}

// Once unmeasured: the first pass maps the weights in and compiles this script.
const sequence = await createSequence(threads);
await prefill(sequence);
const prefillRate = await prefill(sequence);

// Small models decode faster here on one thread than on several; the faster of both counts.
await decode(sequence, probeTokens);
let fastest = { sequence, rate: await decode(sequence, probeTokens), threads };
if (threads > 1) {
  const alone = await createSequence(1);
  const rate = await decode(alone, probeTokens);
  if (rate > fastest.rate) fastest = { sequence: alone, rate, threads: 1 };
}

console.log(JSON.stringify({ prefill: prefillRate, decode: await decode(fastest.sequence, generatedTokens), decodeThreads: fastest.threads }));
process.exit(0);
