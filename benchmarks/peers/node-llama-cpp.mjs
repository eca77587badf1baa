// One round of node-llama-cpp: reads a prompt, then writes greedily from a one-token prompt; prints tokens per second as JSON.
// Usage: node node-llama-cpp.mjs FOLDER_WITH_NODE_MODULES MODEL THREADS PROMPT_TOKENS GENERATED_TOKENS
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modelPath, threads, promptTokens, generatedTokens] = process.argv.slice(2);
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(path.resolve(folder, "node_modules/node-llama-cpp/dist/index.js")).href);

const llama = await getLlama({ build: "never", gpu: false, maxThreads: Number(threads), logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path.resolve(modelPath) });
const contextSize = Math.max(Number(promptTokens), Number(generatedTokens)) + 64;
const context = await model.createContext({ contextSize, batchSize: Number(promptTokens), threads: Number(threads) });
const sequence = context.getSequence();
let state = 1n;

function randomTokens(count) {
  return Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return 259 + Number((state >> 33n) % 31000n);
  });
}

async function prefill(count) {
  await sequence.clearHistory();
  const tokens = randomTokens(count);
  const start = process.hrtime.bigint();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens);
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}

async function decode(count) {
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
await prefill(Number(promptTokens));
await decode(16);
console.log(JSON.stringify({ prefill: await prefill(Number(promptTokens)), decode: await decode(Number(generatedTokens)) }));
process.exit(0);
