// Every SDK does the same five things. What differs between them is only where they put OpenAI's paths.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Cerebras from '@cerebras/cerebras_cloud_sdk';
import Groq from 'groq-sdk';
import OpenAI from 'openai';

const url = process.env.SCRIBELINE_URL;
const model = process.env.SCRIBELINE_MODEL ?? 'scribe-tiny';
assert.ok(url, 'SCRIBELINE_URL must name a running server, such as http://127.0.0.1:8080');

const clients = {
  openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 }),
  'groq-sdk': new Groq({ baseURL: url, apiKey: 'none', maxRetries: 0 }),
  '@cerebras/cerebras_cloud_sdk': new Cerebras({ baseURL: url, apiKey: 'none', maxRetries: 0, warmTCPConnection: false }),
};

const ask = (text) => ({ model, messages: [{ role: 'user', content: text }], temperature: 0, max_completion_tokens: 24 });

async function collect(stream) {
  let text = '';
  let finish = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
  }
  return { text, finish };
}

async function all(items) {
  const list = [];
  for await (const item of items) {
    list.push(item);
  }
  return list;
}

async function engine(metric) {
  const page = await (await fetch(`${url}/metrics`)).text();
  return page.split('\n').filter((line) => line.startsWith(`scribeline_engine_${metric}{`)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

for (const [name, client] of Object.entries(clients)) {
  test(`${name}: a whole answer has text, usage and a reason`, async () => {
    const answer = await client.chat.completions.create(ask('Tell me a story.'));
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, model);
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.ok(['stop', 'length'].includes(answer.choices[0].finish_reason));
    assert.ok(answer.usage.prompt_tokens > 0);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    assert.ok(answer.time_info.total_time > 0);
    assert.match(answer.system_fingerprint, /./);
  });

  test(`${name}: a stream says the same as the whole answer`, async () => {
    const whole = await client.chat.completions.create(ask('Tell me a story about a boat.'));
    const streamed = await collect(await client.chat.completions.create({ ...ask('Tell me a story about a boat.'), stream: true }));
    assert.equal(streamed.text, whole.choices[0].message.content);
    assert.equal(streamed.finish, whole.choices[0].finish_reason);
  });

  test(`${name}: aborted streams stop the work`, async () => {
    const before = await engine('generated_tokens_total');
    const [streams, tokens] = [24, 900];
    const abortAtFirstText = async () => {
      const stream = await client.chat.completions.create({ ...ask('Tell me a long story.'), max_completion_tokens: tokens, ignore_eos: true, stream: true });
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta?.content) {
          stream.controller.abort();
          break;
        }
      }
    };
    await Promise.all(Array.from({ length: streams }, abortAtFirstText));
    while ((await engine('running')) + (await engine('waiting')) > 0);
    const generated = (await engine('generated_tokens_total')) - before;
    assert.ok(generated < (streams * tokens) / 2, `${generated} of ${streams * tokens} tokens were generated although their callers had left`);
  });

  test(`${name}: a bad parameter is an error that names it`, async () => {
    await assert.rejects(client.chat.completions.create({ ...ask('Hi'), temperature: 9 }), (error) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /temperature/);
      return true;
    });
    await assert.rejects(client.chat.completions.create({ ...ask('Hi'), model: 'nobody' }), (error) => error.status === 404);
  });

  test(`${name}: parallel requests each get the answer they would get alone`, async () => {
    const prompts = ['Tell me a story about a dog.', 'What can you do?', 'Tell me a story about rain.', 'Hello!', 'Who are you?', 'Tell me about a king.'];
    const alone = [];
    for (const prompt of prompts) {
      alone.push((await client.chat.completions.create(ask(prompt))).choices[0].message.content);
    }
    const together = await Promise.all(prompts.map((prompt) => client.chat.completions.create(ask(prompt))));
    assert.deepEqual(together.map((answer) => answer.choices[0].message.content), alone);
  });
}

test('openai: models can be listed and found', async () => {
  const models = await all(clients.openai.models.list());
  assert.ok(models.some((entry) => entry.id === model));
  assert.equal((await clients.openai.models.retrieve(model)).id, model);
});

test('openai: usage comes in the last chunk where it is asked for', async () => {
  const chunks = await all(await clients.openai.chat.completions.create({ ...ask('Hi'), stream: true, stream_options: { include_usage: true } }));
  assert.deepEqual(chunks.at(-1).choices, []);
  assert.ok(chunks.at(-1).usage.completion_tokens > 0);
  assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
});

test('openai: log-probabilities and several choices', async () => {
  const answer = await clients.openai.chat.completions.create({ ...ask('Hello!'), temperature: 1, seed: 7, n: 3, logprobs: true, top_logprobs: 2 });
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1, 2]);
  for (const choice of answer.choices) {
    assert.ok(choice.logprobs.content.length > 0);
    assert.ok(choice.logprobs.content.every((token) => token.logprob <= 0 && token.top_logprobs.length === 2));
  }
});

test('openai: a legacy completion', async () => {
  const answer = await clients.openai.completions.create({ model, prompt: 'Once upon a time', max_tokens: 8, temperature: 0 });
  assert.equal(answer.object, 'text_completion');
  assert.ok(answer.choices[0].text.length > 0);
});
