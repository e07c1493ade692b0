// Requests in the operator's name. The token lives as long as the tab.

const TOKEN = "gongzhi.token";
const PATIENCE_MS = 8000;

export const SERVICES = document.body.dataset.services.split(" ");

export const token = () => sessionStorage.getItem(TOKEN);
export const keepToken = (given) => sessionStorage.setItem(TOKEN, given.trim().replace(/^Bearer\s+/i, ""));
export const forgetToken = () => sessionStorage.removeItem(TOKEN);

// What a service refused, or that it did not answer at all (status 0).
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export const look = (service, path) => ask(service, path, {});

export const decide = (service, path, body) =>
  ask(service, path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", "idempotency-key": newKey() },
  });

async function ask(service, path, { headers = {}, ...how }) {
  let answer;
  try {
    answer = await fetch(`/api/${service}/operations/${path}`, {
      ...how,
      headers: { ...headers, authorization: `Bearer ${token()}` },
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Refused(0, "没有应答 / no answer");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said.detail ?? said.title ?? `${answer.status}`);
  return said;
}

// `crypto.randomUUID` is there over TLS alone.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
