// Numbers and times as a person reads them.

export const STATES = {
  ok: ["正常", "ok"],
  attention: ["注意", "attention"],
  alarm: ["告警", "alarm"],
};

export const NAMES = {
  "estate-registry": "小区台账",
  "dispute-mediation": "纠纷调解",
  "credit-rating": "信用评价",
  "subsidy-ledger": "补贴账本",
  supervision: "督导通报",
  exchange: "数据交换",
};

export const HOPS = {
  recorded: "已记录",
  published: "已发布",
  received: "已收到",
  applied: "已办理",
  parked: "已搁置",
  held: "排在搁置之后",
  replayed: "已重放",
  dropped: "已放弃",
  awaited: "尚未收到",
};

export const count = (value) => Math.round(value).toLocaleString("en-US");

export const speed = (value) => (value >= 10 || value === 0 ? count(value) : value.toFixed(1));

export function span(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

// For hops, which are told apart by less than a second.
export const after = (ms) => (ms < 1000 ? `+${ms} ms` : `+${(ms / 1000).toFixed(2)} s`);

// A figure of an alarm in its own unit, which the name of its metric tells.
export const figure = (value, alarm) =>
  /OutboxNotLeaving|Held|Unsealed|Overdue/.test(alarm) ? span(value) : count(value);

export const clock = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour12: false });

export const day = (moment) => new Date(moment).toLocaleString("zh-CN", { hour12: false });
