/** The limit of two cores: a thread that inflates and parses, and does nothing else. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';

let records = 0;
for (const file of workerData.files) {
  records += JSON.parse(gunzipSync(readFileSync(file), { chunkSize: 262_144 }).toString()).Records.length;
}
parentPort.postMessage(records);
