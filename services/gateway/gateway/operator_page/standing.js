// All services in one picture: what is recorded, what waits to leave, who is behind.

import { Refused, SERVICES, look } from "./asking.js";
import { both, byId, element } from "./elements.js";
import { lines } from "./lines.js";
import { NAMES, STATES, count, figure, span, speed } from "./words.js";

const WORST = ["ok", "attention", "alarm"];
const SERIES_MS = 15 * 60 * 1000;
const SILENT_MS = 5 * 60 * 1000;
const WAITING = [
  ["outbox_waiting", "outbox", "发件箱 outbox"],
  ["lag", "lag", "滞后 lag"],
];
const FLOWING = [
  ["recorded", "recorded", "记录 recorded"],
  ["published", "published", "发布 published"],
  ["applied", "applied", "办理 applied"],
];

// Ask every service; one that refuses the token refuses for all.
export async function askAll() {
  return Promise.all(
    SERVICES.map(async (service) => {
      try {
        return await look(service, "standing");
      } catch (fault) {
        if (!(fault instanceof Refused) || [401, 403].includes(fault.status)) throw fault;
        return { service, fault: fault.message, state: "alarm" };
      }
    }),
  );
}

export const worst = (standings) =>
  WORST[Math.max(...standings.map((standing) => WORST.indexOf(standing.state)))];

export function show(standings) {
  const known = standings.filter((standing) => !standing.fault);
  byId("alarms").replaceChildren(...alarms(standings));
  byId("flow").replaceChildren(head(), ...standings.map((standing) => lane(standing, known)));
  byId("lines").replaceChildren(...known.map(pictures));
  byId("services").replaceChildren(table(known));
}

function alarms(standings) {
  const silent = standings.filter((standing) => standing.fault).map(unanswered);
  const ringing = standings
    .flatMap((standing) => (standing.alarms ?? []).map((alarm) => ({ ...alarm, at: standing.at })))
    .filter((alarm) => alarm.state !== "ok")
    .sort((one, other) => WORST.indexOf(other.state) - WORST.indexOf(one.state));
  const kinds = new Map();
  for (const alarm of ringing) kinds.set(alarm.alarm, [...(kinds.get(alarm.alarm) ?? []), alarm]);
  const cards = [...silent, ...[...kinds.values()].map(card)];
  if (cards.length) return cards;
  return [element("p", { class: "well" }, ...both("一切正常，没有告警。", "All is well: no alarm."))];
}

function unanswered({ service, fault }) {
  return element(
    "article",
    { class: "alarm card" },
    element("h3", {}, pill("alarm"), ` ${service}`, element("small", {}, NAMES[service] ?? "")),
    element("p", {}, fault),
    element(
      "p",
      { class: "out" },
      ...both(
        "看它的接口进程和数据库：gongzhi doctor；docs/runbook/DatabaseAway.md，ProcessMissing.md。",
        "Look at its HTTP process and its database: gongzhi doctor; DatabaseAway, ProcessMissing.",
      ),
    ),
  );
}

// One alarm, the worst first, wherever it rings: its way out is said once.
function card(ringing) {
  const [alarm] = ringing;
  const parked = alarm.alarm === "EventsParked" ? element("a", { href: "#parked" }, ...both("去处理", "decide")) : null;
  return element(
    "article",
    { class: `${alarm.state} card` },
    element("h3", {}, pill(alarm.state), ` ${alarm.alarm} `, element("small", {}, alarm.severity)),
    element("p", {}, alarm.says_zh, " ", element("small", { lang: "en" }, alarm.says_en)),
    element("ul", { class: "measure" }, ...ringing.map(measure)),
    element("p", { class: "out" }, alarm.way_out_zh, element("br"), element("small", { lang: "en" }, alarm.way_out_en)),
    element("p", { class: "runbook" }, element("code", {}, alarm.runbook), " ", parked),
  );
}

function measure({ alarm, labels, value, limit, at, since, lasting_seconds: lasting }) {
  const passed = (Date.parse(at) - Date.parse(since)) / 1000;
  return element(
    "li",
    {},
    element("b", {}, Object.values(labels).join(" · ")),
    ` ${figure(value, alarm)} `,
    element("small", {}, `界限 limit ${figure(limit, alarm)}`),
    `，已 ${span(passed)} `,
    element("small", {}, `满 ${span(lasting)} 告警 rings`),
  );
}

const pill = (state) => element("span", { class: `pill ${state}` }, ...both(...STATES[state]));

function head() {
  const columns = [
    ["记录", "recorded"],
    ["发件箱", "outbox"],
    ["总线", "bus"],
    ["各消费者的滞后", "each consumer's lag"],
  ];
  return element("div", { class: "lane head" }, ...columns.map((words) => element("span", {}, ...both(...words))));
}

function lane(standing, known) {
  const name = element("h3", {}, element("i", { class: `dot ${standing.state}` }), NAMES[standing.service] ?? "", element("small", {}, standing.service));
  if (standing.fault) {
    return element("div", { class: "lane" }, element("div", { class: "step alarm" }, name, standing.fault));
  }
  const last = standing.series.at(-1) ?? { recorded: 0, published: 0 };
  const leads = standing.workers.some((worker) => worker.leading);
  const waiting = standing.outbox_waiting
    ? both(`最久 ${span(standing.outbox_oldest_seconds)}`, "oldest")
    : both("已全部发出", "all left");
  return element(
    "div",
    { class: "lane", id: `lane-${standing.service}` },
    element("div", { class: "step" }, name, rate(last.recorded)),
    element("div", { class: `step ${of(standing, /^Outbox/)}` }, element("b", {}, count(standing.outbox_waiting)), element("span", {}, ...waiting)),
    element(
      "div",
      { class: `step ${of(standing, /^Relay/, !leads)}` },
      rate(last.published),
      element("span", {}, ...(leads ? both("中继在领头", "relay leads") : both("没有领头的中继", "no relay leads"))),
    ),
    element("div", { class: "step consumers" }, ...consumers(`nz.${standing.service}.events`, known)),
  );
}

const rate = (value) => element("span", { class: "rate" }, element("b", {}, speed(value)), " /s");

// The worst of a service's alarms of some names.
function of(standing, names, unwell = false) {
  const found = standing.alarms.filter((alarm) => names.test(alarm.alarm)).map((alarm) => WORST.indexOf(alarm.state));
  return WORST[Math.max(unwell ? 1 : 0, ...found)];
}

function consumers(topic, known) {
  const heard = known.flatMap((standing) =>
    standing.lags.filter((lag) => lag.topic === topic).map((lag) => ({ standing, lag })),
  );
  if (!heard.length) return [element("span", { class: "nobody" }, ...both("无人订阅", "nobody listens"))];
  return heard.map(({ standing, lag }) => {
    const behind = standing.alarms.find((alarm) => alarm.alarm === "ConsumerBehind" && alarm.labels.topic === topic);
    const parked = standing.parked_waiting
      ? element("a", { href: "#parked", class: "attention" }, ` 搁置 ${count(standing.parked_waiting)}`)
      : null;
    return element(
      "span",
      { class: `chip ${behind?.state ?? (lag.messages === null ? "unknown" : "ok")}`, title: standing.service },
      NAMES[standing.service] ?? standing.service,
      " ",
      element("b", {}, lag.messages === null ? "–" : count(lag.messages)),
      parked,
    );
  });
}

function pictures(standing) {
  const until = Date.parse(standing.at);
  const when = { from: until - SERIES_MS, until };
  return element(
    "article",
    { class: "card" },
    element("h3", {}, element("i", { class: `dot ${standing.state}` }), NAMES[standing.service] ?? "", element("small", {}, standing.service)),
    lines(standing.series, WAITING, { ...when, unit: "" }),
    lines(standing.series, FLOWING, { ...when, unit: "/s" }),
  );
}

function table(known) {
  const columns = [
    ["服务", "service"],
    ["消息进程", "message processes"],
    ["搁置", "parked"],
    ["任务逾期 / 失败", "tasks overdue / failed"],
    ["事务地平线", "horizon held"],
    ["未封存", "unsealed"],
  ];
  const rows = known.map((standing) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, standing.service),
      element("td", {}, ...present(standing).map(worker)),
      cell(of(standing, /^EventsParked/), count(standing.parked_waiting)),
      cell(of(standing, /^Tasks/), `${count(standing.tasks_overdue)} / ${count(standing.tasks_exhausted)}`),
      cell(of(standing, /^Horizon/), span(standing.horizon_age_seconds)),
      cell(
        of(standing, /^Journal/),
        standing.chains.map((chain) => `${chain.chain} ${count(chain.rows)} · ${span(chain.seconds)}`).join("; "),
      ),
    ),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...columns.map((words) => element("th", {}, ...both(...words))))),
    element("tbody", {}, ...rows),
  );
}

// A process that ended is told of for a while, or as long as no other one speaks.
function present({ workers, at }) {
  const lately = Date.parse(at) - SILENT_MS;
  const shown = workers.filter((each) => each.speaks || Date.parse(each.reported_at) > lately);
  return shown.length ? shown : workers.slice(0, 1);
}

const cell = (state, text) => element("td", { class: state }, text);

const worker = ({ worker: name, speaks, leading }) =>
  element(
    "div",
    { class: speaks ? "" : "attention" },
    name,
    " ",
    ...(speaks ? (leading ? both("领头", "leads") : both("待命", "stands by")) : both("没有声音", "silent")),
  );
