// SPDX-License-Identifier: Apache-2.0
// What Node does in the real-program test: prints one line per subject, the same in every run.

'use strict';

const childProcess = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const util = require('util');
const workers = require('worker_threads');
const zlib = require('zlib');

const WORDS = 'stone heap arena pool block class chain size'.split(' ');

function digest(data) {
  return crypto.createHash('sha256').update(data).digest('hex').slice(0, 16);
}

// Numbers that are the same in every version.
function generator(state) {
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
}

function tree(any, depth) {
  if (depth === 0) return [any(1e9), WORDS[any(8)], null, true, any(1000) / 8][any(5)];
  const size = 2 + any(5);
  if (any(2)) return Array.from({length: size}, () => tree(any, depth - 1));
  return Object.fromEntries(Array.from({length: size}, (_, n) => [WORDS[any(8)] + n, tree(any, depth - 1)]));
}

function runJson() {
  const any = generator(1);
  const text = JSON.stringify(Array.from({length: 12}, () => tree(any, 7)));
  const again = JSON.stringify(JSON.parse(text));
  console.log('json', text.length, digest(text), again === text);
}

function runBuffers() {
  const any = generator(2);
  let kept = [];
  let sum = 0;
  for (let n = 0; n < 30000; n++) {
    const buffer = any(2) ? Buffer.alloc(any(20000), n & 255) : Buffer.from(WORDS[any(8)].repeat(1 + any(300)));
    sum = (sum + buffer.length * (buffer[buffer.length >> 1] || 1)) % 1000003;
    kept.push(buffer);
    if (kept.length === 400) {
      sum = (sum + Buffer.concat(kept).length) % 1000003;
      kept = kept.slice(any(400));
    }
  }
  const words = new Uint32Array(200000).map((_, n) => Math.imul(n, 2654435761));
  const bytes = Buffer.from(words.buffer);
  bytes.swap32();
  console.log('buffers', sum, digest(bytes), digest(Buffer.from(bytes.toString('base64'), 'base64')));
}

function runCollections() {
  const any = generator(3);
  const map = new Map();
  for (let n = 0; n < 150000; n++) {
    const key = WORDS[any(8)] + any(5000);
    map.set(key, (map.get(key) || '') + n % 10);
  }
  const longest = [...map].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)).slice(0, 3);
  const found = [...map.keys()].join(' ').match(/\b(?:stone|arena)\d*7\b/g);
  console.log('collections', map.size, longest.map(([key]) => key), found.length);
  const big = 3n ** 20000n;
  console.log('bigint', (big % 1000000007n).toString(), big.toString().length);
}

// The thread pool's four threads allocate; this thread frees.
async function runThreadPool() {
  const any = generator(4);
  const data = Buffer.from(Array.from({length: 60000}, () => WORDS[any(8)]).join(' '));
  const gzip = util.promisify(zlib.gzip);
  const gunzip = util.promisify(zlib.gunzip);
  const scrypt = util.promisify(crypto.scrypt);
  const packed = await Promise.all([1, 4, 6, 9].map((level) => gzip(data, {level})));
  const unpacked = await Promise.all(packed.map((one) => gunzip(one)));
  console.log('zlib', unpacked.every((one) => one.equals(data)), packed.map((one) => digest(one.subarray(10))).join());
  const keys = await Promise.all(WORDS.map((word) => scrypt(word, 'salt', 32, {N: 1024})));
  console.log('scrypt', digest(Buffer.concat(keys)));
  await Promise.all(WORDS.map((word) => fs.promises.writeFile(word, word.repeat(50000))));
  const read = await Promise.all(WORDS.map((word) => fs.promises.readFile(word)));
  console.log('files', digest(Buffer.concat(read)));
}

function runWorker(seed) {
  return new Promise((resolve, reject) => {
    const worker = new workers.Worker(__filename, {workerData: seed});
    let answer;
    worker.on('message', (message) => { answer = message; });
    worker.on('error', reject);
    worker.on('exit', (status) => resolve([seed, status, answer.list.length, digest(new Uint8Array(answer.bytes))]));
  });
}

function work() {
  const any = generator(workers.workerData);
  const bytes = new Uint8Array(3000000).map(() => any(256));
  const list = Array.from({length: 20000}, (_, n) => ({name: WORDS[any(8)], n}));
  workers.parentPort.postMessage({bytes: bytes.buffer, list}, [bytes.buffer]);
}

async function runWorkers() {
  console.log('workers', JSON.stringify(await Promise.all([1, 2, 3, 4].map(runWorker))));
  for (let n = 0; n < 3; n++) {
    const worker = new workers.Worker('for (;;) [1].map(String)', {eval: true});
    await new Promise((resolve) => worker.on('online', resolve));
    console.log('terminated', await worker.terminate());
  }
}

async function runChildren() {
  const script = 'process.stdin.on("data", (text) => process.stdout.write(String(text).toUpperCase()))';
  const child = childProcess.spawnSync(process.execPath, ['-e', script], {input: WORDS.join(' ')});
  console.log('spawn', child.status, String(child.stdout));
  const execFile = util.promisify(childProcess.execFile);
  const list = 'console.log(JSON.stringify(Array.from({length: 100000}, (_, n) => n * n)))';
  const {stdout} = await execFile(process.execPath, ['-e', list], {maxBuffer: 1 << 24});
  console.log('execFile', JSON.parse(stdout).length, digest(stdout));
  console.log('exec', String(childProcess.execSync('printf "%s\\n" c b a | sort')).split('\n').join());
}

async function main() {
  runJson();
  runBuffers();
  runCollections();
  await runThreadPool();
  await runWorkers();
  await runChildren();
  console.error('the end');
  process.exitCode = 6;
}

if (workers.isMainThread) main();
else work();
