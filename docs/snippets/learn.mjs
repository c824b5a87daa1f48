// Register a draft, save its edit, follow what becomes of it, and read the profile. Needs only Node 18.
// URL and TOKEN say where the service is and who writes.

import { randomUUID } from "node:crypto";

const { URL: url, TOKEN: token } = process.env;
const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000));

// The service refused. `body` is the problem of RFC 9457 that it answered.
class Problem extends Error {
  constructor(body) {
    super(`${body.code}: ${body.detail} ${JSON.stringify(body.errors ?? [])} (request ${body.requestId})`);
    this.body = body;
  }
}

// One request. Sent again with the same key where that can help, so that nothing is done twice.
async function call(method, path, body, tries = 5) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  if (method === "POST") headers["Idempotency-Key"] = randomUUID();
  for (let left = tries - 1; ; left--) {
    let answer;
    try {
      answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    } catch (error) {
      if (left === 0) throw error;
      await seconds(1);
      continue;
    }
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    if (![429, 503].includes(answer.status) || left === 0) {
      const isProblem = answer.headers.get("Content-Type") === "application/problem+json";
      // Without a problem it is the gateway that answers, which may be throttled, too.
      throw isProblem ? new Problem(await answer.json()) : new Error(`${answer.status} ${await answer.text()}`);
    }
    await seconds(Number(answer.headers.get("Retry-After") ?? 1));
  }
}

const content = await call("POST", "/api/content", {
  platform: "email",
  text: "I am writing to let you know that the meeting, which we had planned for Monday, will be on Tuesday.",
});
const saved = await call("POST", `/api/content/${content.id}/save-edits`, {
  editedText: "Our meeting has moved. It is on Tuesday now.",
  baseRev: content.rev,
});
let { learning } = saved;
while (["queued", "delayed"].includes(learning.status)) {
  await seconds(0.5);
  learning = await call("GET", `/api/learning/${learning.editId}`);
}
console.log("the edit is", learning.status);

const style = await call("GET", "/api/profile/style");
console.log("profile version", style.version, "score", style.evolutionScore);
for (const trait of (await call("GET", "/api/profile/explain")).traits) {
  if (trait.edits.length) console.log(" ", trait.path || trait.trait, "-", trait.why);
}
