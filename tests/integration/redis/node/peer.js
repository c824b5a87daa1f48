// A BullMQ producer and reader: one request a line on standard input, one answer a line on standard output.
import { createInterface } from 'node:readline';
import { Job, Queue, QueueEvents, Worker } from 'bullmq';
import { Cluster, Redis } from 'ioredis';

const [url, mode, prefix] = process.argv.slice(2);
const name = 'learning';

function connect() {
  const options = { maxRetriesPerRequest: null };
  return mode === 'cluster' ? new Cluster([url], { redisOptions: options }) : new Redis(url, options);
}

const queue = new Queue(name, { connection: connect(), prefix });
const events = new QueueEvents(name, { connection: connect(), prefix });
await events.waitUntilReady();
const added = new Map();

const actions = {
  async add({ job, data, options }) {
    const result = await queue.add(job, data, options);
    added.set(result.id, result);
    return result.id;
  },
  async finished({ id }) {
    await added.get(id).waitUntilFinished(events);
    return 'finished';
  },
  counts: () => queue.getJobCounts('wait', 'active', 'delayed', 'completed', 'failed', 'paused'),
  async jobs({ state }) {
    return (await queue.getJobs([state])).map((job) => job.toJSON());
  },
  async state({ id }) {
    return queue.getJobState(id);
  },
  async retry({ id }) {
    await (await Job.fromId(queue, id)).retry();
  },
  async promote({ id }) {
    await (await Job.fromId(queue, id)).promote();
  },
  async remove({ id }) {
    return queue.remove(id);
  },
  pause: () => queue.pause(),
  resume: () => queue.resume(),
  async work({ count }) {
    const handled = [];
    const worker = new Worker(name, async (job) => handled.push(job.data.editId), { connection: connect(), prefix });
    await new Promise((resolve) => worker.on('completed', () => handled.length === count && resolve()));
    await worker.close();
    return handled;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    const answer = await actions[request.do](request);
    console.log(JSON.stringify({ answer: answer ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
process.exit(0);
