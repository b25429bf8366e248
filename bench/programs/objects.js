// SPDX-License-Identifier: Apache-2.0
// A real program for //bench: what Node keeps beside V8's heap: buffers, compression, hashes, JSON, workers.
'use strict';
const crypto = require('crypto');
const zlib = require('zlib');
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');

let state = 1;
const random = (limit) => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return state % limit;
};

function work(rounds) {
  const kept = [];
  const buffers = [];
  let sum = 0;
  for (let i = 0; i < rounds; i++) {
    const record = { id: i, tags: Array.from({ length: random(20) }, () => `tag${random(1000)}`) };
    const text = JSON.stringify({ ...record, note: 'x'.repeat(random(2000)) });
    const packed = zlib.deflateSync(Buffer.from(text), { level: 1 });
    kept[random(3000)] = packed;
    const other = kept[random(3000)];
    if (other) sum += JSON.parse(zlib.inflateSync(other).toString()).tags.length;
    sum += crypto.createHash('sha1').update(packed).digest().readUInt8(0);
    buffers[random(1000)] = Buffer.allocUnsafeSlow(random(20000)).fill(1);
  }
  return sum;
}

if (isMainThread) {
  new Worker(__filename, { workerData: 3000 }).on('message', (sum) => console.log(sum, work(8000)));
} else {
  parentPort.postMessage(work(workerData));
}
