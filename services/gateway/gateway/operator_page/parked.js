// Parked events: looked at, replayed, or dropped; both need a reason.

import { SERVICES, decide, look } from "./asking.js";
import { both, byId, element } from "./elements.js";
import { link } from "./trace.js";
import { NAMES, day } from "./words.js";

const PAGE = 50;
const ACTS = {
  replay: ["重放", "Replay", "按顺序重放该业务对象搁置的事件。", "What is parked of its subject is applied in order."],
  drop: ["放弃", "Drop", "放弃后不再办理；排在其后的事件需再重放。", "It is never applied; what waits behind it is replayed after."],
};

export async function listParked() {
  const state = byId("parked-state").value;
  const parts = await Promise.all(SERVICES.map((service) => part(service, state)));
  const found = parts.flat();
  const nothing = element("p", { class: "well" }, ...both("没有这样的事件。", "There is no such event."));
  byId("parked-list").replaceChildren(...(found.length ? found : [nothing]));
}

// The events of one service, a page at a time.
async function part(service, state) {
  const list = element("div", { class: "parked", "data-service": service });
  try {
    return (await more(list, service, state, "")) ? [list] : [];
  } catch (fault) {
    return [element("p", { class: "fault" }, `${service}: ${fault.message}`)];
  }
}

async function more(list, service, state, cursor) {
  const page = await look(service, `parked?state=${state}&limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
  list.append(...page.items.map((event) => card(service, event)));
  if (page.next_cursor) {
    const next = element("button", { type: "button" }, ...both("更多", "more"));
    next.addEventListener("click", () => {
      next.remove();
      more(list, service, state, page.next_cursor);
    });
    list.append(next);
  }
  return page.items.length;
}

function card(service, event) {
  const acts = event.state === "waiting" ? Object.keys(ACTS).map((act) => button(act, service, event)) : [];
  const decided = event.decided_at ? `${day(event.decided_at)} ${event.decided_by}: ${event.why}` : null;
  return element(
    "article",
    { class: "card", "data-event": event.event_id },
    element("h3", {}, event.type, element("small", {}, `${event.subject} v${event.subject_version}`)),
    element("p", {}, NAMES[service] ?? "", " ", element("small", {}, service), ` · ${day(event.parked_at)} · `, ...both(`试过 ${event.attempts} 次`, "tried")),
    element("p", { class: "error" }, event.error),
    decided && element("p", {}, decided),
    element("menu", {}, link(event.event_id, both("追踪", "Trace")), message(service, event), ...acts),
  );
}

function message(service, event) {
  const shown = element("details", {}, element("summary", {}, ...both("消息", "Message")));
  shown.addEventListener("toggle", async () => {
    if (!shown.open || shown.querySelector("pre")) return;
    const whole = await look(service, `parked/${event.event_id}`).catch((fault) => ({ message: fault.message }));
    shown.append(element("pre", {}, JSON.stringify(whole.message, null, 2)));
  });
  return shown;
}

function button(act, service, event) {
  const made = element("button", { type: "button", class: act }, ...both(ACTS[act][0], ACTS[act][1]));
  made.addEventListener("click", () => askWhy(act, service, event));
  return made;
}

function askWhy(act, service, event) {
  const [zh, en, whatZh, whatEn] = ACTS[act];
  byId("decide-title").replaceChildren(...both(zh, en));
  byId("decide-what").replaceChildren(`${event.type} · ${event.subject} v${event.subject_version}`, element("br"), ...both(whatZh, whatEn));
  byId("decide-fault").textContent = "";
  byId("why").value = "";
  byId("decide").onsubmit = (submitted) => {
    submitted.preventDefault();
    carryOut(act, service, event);
  };
  byId("decide").showModal();
}

async function carryOut(act, service, event) {
  byId("decide-yes").disabled = true;
  try {
    const done = await decide(service, `parked/${event.event_id}/${act}`, { why: byId("why").value });
    if (done.error) byId("decide-fault").textContent = `仍不能办理 / it fails again: ${done.error}`;
    else byId("decide").close();
    await listParked();
  } catch (fault) {
    byId("decide-fault").textContent = fault.message;
  } finally {
    byId("decide-yes").disabled = false;
  }
}
