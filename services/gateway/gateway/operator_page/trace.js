// The way of one event: every service is asked what it knows, and the hops are put together.

import { SERVICES, look } from "./asking.js";
import { both, byId, drawn, element } from "./elements.js";
import { HOPS, NAMES, after, day } from "./words.js";

export async function follow(eventId) {
  byId("way").replaceChildren(element("p", {}, ...both("正在查询…", "asking every service …")));
  try {
    byId("way").replaceChildren(...(await way(eventId)));
  } catch (fault) {
    byId("way").replaceChildren(element("p", { class: "fault" }, fault.message));
  }
}

async function way(eventId) {
  const known = await askAll(eventId, "");
  const origin = known.find((each) => each.recorded);
  const arrived = known.filter((each) => each.arrived);
  if (!origin && !arrived.length) {
    return [element("p", { class: "fault" }, ...both("没有服务见过这个事件，请核对编号。", "No service has met this event. Check the id."))];
  }
  const type = origin ? `?type=${encodeURIComponent(origin.recorded.type)}` : "";
  const asked = type ? await askAll(eventId, type) : [];
  const awaited = asked.filter((each) => each.listens && !each.arrived).map((each) => each.service);
  return [...title(origin), drawing(hops(origin, arrived, awaited)), ...ledTo(arrived)];
}

const askAll = (eventId, query) => Promise.all(SERVICES.map((service) => look(service, `events/${eventId}${query}`)));

function title(origin) {
  if (!origin) return [element("p", {}, ...both("记录它的服务已不在。", "The service that recorded it is not known."))];
  const { type, subject, subject_version: version, role } = origin.recorded;
  return [element("h3", {}, type, element("small", {}, `${subject} v${version} · ${role}`))];
}

function hops(origin, arrived, awaited) {
  const found = [];
  if (origin) {
    found.push({ service: origin.service, hop: "recorded", at: origin.recorded.recorded_at });
    found.push(published(origin, arrived));
  }
  const inOrder = [...arrived].sort((one, other) => `${one.arrived.received_at}`.localeCompare(`${other.arrived.received_at}`));
  for (const { service, arrived: came } of inOrder) {
    const at = { parked: came.parked_at, held: came.parked_at, dropped: came.decided_at }[came.state] ?? came.applied_at;
    found.push({ service, hop: "received", at: came.received_at });
    found.push({ service, hop: came.state, at, says: [came.error, came.decided_by, came.why].filter(Boolean).join(" · ") });
  }
  return [...found, ...awaited.map((service) => ({ service, hop: "awaited", at: null }))];
}

// Whoever received it knows when it was put on the bus.
function published(origin, arrived) {
  const seen = arrived.map((each) => each.arrived).filter((came) => came.published_at);
  const [first] = seen.sort((one, other) => one.published_at.localeCompare(other.published_at));
  if (first) {
    return { service: origin.service, hop: "published", at: first.published_at, says: `partition ${first.partition} · position ${first.position}` };
  }
  const says = origin.recorded.in_outbox ? "仍在发件箱 / still in the outbox" : "时间不详 / nobody tells when";
  return { service: origin.service, hop: "published", at: null, says };
}

function drawing(found) {
  const moments = found.filter((hop) => hop.at).map((hop) => Date.parse(hop.at));
  const from = Math.min(...moments);
  const whole = Math.max(Math.max(...moments) - from, 1);
  return element("ol", { class: "hops" }, ...found.map((hop) => row(hop, from, whole)));
}

function row({ service, hop, at, says }, from, whole) {
  const passed = at ? Date.parse(at) - from : null;
  const place = passed === null ? 0 : (passed / whole) * 100;
  const bar = drawn(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("path", { class: "grid", d: "M0 4H100" }),
    passed === null ? null : drawn("path", { class: "passed", d: `M0 4H${place.toFixed(2)}` }),
  );
  const kind = { parked: "alarm", held: "attention", awaited: "attention", dropped: "attention" }[hop] ?? "ok";
  return element(
    "li",
    { class: kind },
    element("span", { class: "hop" }, element("i", { class: `dot ${kind}` }), ...both(HOPS[hop] ?? hop, hop)),
    element("span", { class: "where" }, NAMES[service] ?? "", " ", element("small", {}, service)),
    bar,
    element("b", {}, passed === null ? "–" : after(passed)),
    element("span", { class: "says" }, at ? `${day(at)} ` : "", says ?? ""),
  );
}

function ledTo(arrived) {
  const facts = arrived.flatMap((each) => each.led_to.map((fact) => ({ service: each.service, ...fact })));
  if (!facts.length) return [];
  return [
    element("h3", {}, ...both("由此产生的事件", "What followed from it")),
    element("ul", { class: "followed" }, ...facts.map((fact) => element("li", {}, link(fact.event_id, `${fact.type} · ${fact.subject} v${fact.subject_version}`), ` ${fact.service}`))),
  ];
}

export const link = (eventId, words) => element("a", { href: `#trace=${eventId}` }, words);
