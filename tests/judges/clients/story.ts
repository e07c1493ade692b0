// The story from an estate to a payment, told through a client that openapi-typescript made of the document.
import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema";
// Node gives it; its types are not worth a dependency.
declare const process: { env: Record<string, string | undefined> };

const url = told("BOX_URL");
const org = told("ORG");
const today = new Date(`${told("TODAY")}T00:00:00Z`);
const mark = String(Date.now());
const servedDays = 200;
const months = 3;
const patienceMs = 60_000;

type Problem = components["schemas"]["Problem"];

function told(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) {
    throw new Error(`${variable} is not set`);
  }
  return value;
}

function as(person: string): Client<paths> {
  const token = told(`TOKEN_${person}`);
  return createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
}

function need<T>(what: string, answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

// Another service learns of a fact a moment later.
async function travelled<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (notYet) {
      if (Date.now() > until) {
        throw new Error(`waited in vain for ${what}: ${String(notYet)}`);
      }
      await new Promise((resume) => setTimeout(resume, 200));
    }
  }
}

function day(back: number): string {
  return new Date(today.getTime() - back * 86_400_000).toISOString().slice(0, 10);
}

function monthBack(count: number): string {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - count, 1)).toISOString().slice(0, 7);
}

const [town, community, authority] = [as("TOWN"), as("COMMUNITY"), as("AUTHORITY")];
const [finance, accountant, treasury] = [as("FINANCE"), as("ACCOUNTANT"), as("TREASURY")];
const [publisher, authorityLead, manager] = [as("PUBLISHER"), as("AUTHORITY_LEAD"), as("MANAGER")];
const name = `接口小区${mark}`;

const estate = need(
  "register",
  await town.POST("/api/estate-registry/estates", {
    params: { header: { "Idempotency-Key": `ts-${mark}` } },
    body: {
      territory: "610703001001",
      name,
      address: `接口路${mark}号`,
      households: 120,
      area_m2x100: 1_200_000,
    },
  }),
);
const found = need(
  "list",
  await town.GET("/api/estate-registry/estates", { params: { query: { name, limit: 5 } } }),
);
if (!found.items.some((one) => one.id === estate.id)) {
  throw new Error("the estate is not in the list");
}

const path = { estate_id: estate.id };
const changed = need(
  "update",
  await authority.PATCH("/api/estate-registry/estates/{estate_id}", {
    params: { path, header: { "If-Match": `"${estate.version}"` } },
    body: { households: 121 },
  }),
);
const stale = await authority.PATCH("/api/estate-registry/estates/{estate_id}", {
  params: { path, header: { "If-Match": `"${estate.version}"` } },
  body: { households: 122 },
});
const problem: Problem | undefined = stale.error;
if (changed.households !== 121 || problem?.status !== 412) {
  throw new Error("an unseen change was not refused");
}

const complaint = need(
  "file",
  await community.POST("/api/dispute-mediation/complaints", {
    body: {
      channel: "community_window",
      leaf: "SRV-01",
      text: "垃圾四天没人清运。",
      territory: "610703001001",
      anonymous: true,
      want_secret: false,
    },
  }),
);
const caseId = { path: { case_id: complaint.id } };
need(
  "accept",
  await town.POST("/api/dispute-mediation/complaints/{case_id}/acceptance", {
    params: caseId,
    body: { leaf: "SRV-01" },
  }),
);
need(
  "assign",
  await town.POST("/api/dispute-mediation/complaints/{case_id}/assignment", { params: caseId, body: {} }),
);
need("sign", await town.POST("/api/dispute-mediation/complaints/{case_id}/signature", { params: caseId }));
const resolved = need(
  "resolve",
  await town.POST("/api/dispute-mediation/complaints/{case_id}/resolution", {
    params: caseId,
    body: { result: "solved", liability: "none", reply: "已清运。" },
  }),
);

need(
  "enter",
  await authority.POST("/api/credit-rating/companies", {
    body: {
      org,
      company_name: `接口物业${mark}有限公司`,
      registry_status: "existing",
      business_scope: "物业服务",
      territory: "610703",
      kind: "legal_person",
      check_override: false,
    },
  }),
);
for (let number = 1; number <= 12; number += 1) {
  const item = need(
    "record",
    await authority.POST("/api/credit-rating/companies/{org}/items", {
      params: { path: { org } },
      body: { code: `B${String(number).padStart(2, "0")}`, evidence: "现场核验材料" },
    }),
  );
  need(
    "confirm",
    await authorityLead.POST("/api/credit-rating/items/{item_id}/confirmation", {
      params: { path: { item_id: item.id } },
    }),
  );
}
const contract = await travelled("the company in the register", async () =>
  need(
    "sign a contract",
    await town.POST("/api/estate-registry/contracts", {
      body: {
        contract_no: `HT-${mark}`,
        org,
        estate_ids: [estate.id],
        fee_fen_per_m2_month: 50,
        start: day(servedDays),
        end: day(servedDays - 3 * 365),
        signed_on: day(servedDays),
      },
    }),
  ),
);
need(
  "assign the operator",
  await town.POST("/api/estate-registry/estates/{estate_id}/operators", {
    params: { path },
    body: {
      kind: "company",
      org,
      contract_id: contract.id,
      start: day(servedDays),
      reason: "业主大会选聘",
    },
  }),
);
need(
  "switch the mode",
  await town.POST("/api/estate-registry/estates/{estate_id}/mode", {
    params: { path },
    body: { mode: "standard_property", start: day(servedDays), reason: "签订物业服务合同" },
  }),
);
await travelled("the first grade", async () => {
  const company = need(
    "company",
    await authority.GET("/api/credit-rating/companies/{org}", { params: { path: { org } } }),
  );
  if (!company.rated) {
    throw new Error("not rated yet");
  }
});

const budget = await finance.POST("/api/subsidy-ledger/budgets", {
  body: {
    programme: "P02",
    year: Number(monthBack(1).slice(0, 4)),
    territory: "610703",
    approved_fen: 50_000_000,
    document_no: `财预 ${mark} 号`,
  },
});
if (budget.error !== undefined && budget.error.type !== "/api/problems/budget-exists") {
  throw new Error(`budget: ${JSON.stringify(budget.error)}`);
}
const claim = await travelled("estate and company in the ledger", async () =>
  need(
    "claim",
    await manager.POST("/api/subsidy-ledger/claims", {
      body: {
        programme: "P02",
        estate_id: estate.id,
        payee: org,
        first_month: monthBack(months),
        last_month: monthBack(1),
        common_income_fen: 0,
        account_holder: `接口物业${mark}有限公司`,
        bank_account: "6222020200112233445",
      },
    }),
  ),
);
const ofClaim = { path: { claim_id: claim.id } };
const passed = { decision: "pass" as const, opinion: "材料齐全，情况属实。" };
need("submit", await manager.POST("/api/subsidy-ledger/claims/{claim_id}/submission", { params: ofClaim }));
need(
  "check",
  await community.POST("/api/subsidy-ledger/claims/{claim_id}/check", { params: ofClaim, body: passed }),
);
need(
  "first review",
  await town.POST("/api/subsidy-ledger/claims/{claim_id}/first-review", { params: ofClaim, body: passed }),
);
await travelled("the grade in the ledger", async () =>
  need(
    "second review",
    await authority.POST("/api/subsidy-ledger/claims/{claim_id}/second-review", {
      params: ofClaim,
      body: passed,
    }),
  ),
);
need(
  "money review",
  await finance.POST("/api/subsidy-ledger/claims/{claim_id}/money-review", {
    params: ofClaim,
    body: { ...passed, control_no: `CZ-${mark}` },
  }),
);
need(
  "publicity",
  await publisher.POST("/api/subsidy-ledger/claims/{claim_id}/publicity", { params: ofClaim }),
);
need(
  "end of publicity",
  await publisher.POST("/api/subsidy-ledger/claims/{claim_id}/publicity/end", {
    params: ofClaim,
    body: passed,
  }),
);
need(
  "approval",
  await authorityLead.POST("/api/subsidy-ledger/claims/{claim_id}/approval", {
    params: ofClaim,
    body: { ...passed, approval_no: `PF-${mark}` },
  }),
);
need("accrual", await accountant.POST("/api/subsidy-ledger/claims/{claim_id}/accrual", { params: ofClaim }));
const payment = { params: ofClaim, body: { receipt_no: `HD-${mark}` } };
const twice = await accountant.POST("/api/subsidy-ledger/claims/{claim_id}/payment", payment);
if (twice.error?.type !== "/api/problems/person-acted-before") {
  throw new Error("somebody acted twice on one claim");
}
const paid = need(
  "payment",
  await treasury.POST("/api/subsidy-ledger/claims/{claim_id}/payment", payment),
);
const books = need(
  "trial balance",
  await finance.GET("/api/subsidy-ledger/books/trial-balance", {
    params: { query: { ledger: "610703", month: told("TODAY").slice(0, 7) } },
  }),
);

console.log(
  JSON.stringify({
    estate: estate.id,
    complaint: resolved.id,
    state: resolved.state,
    claim: paid.status,
    paid_fen: paid.amount_fen,
    balanced: books.balanced && books.debit_fen === books.credit_fen && books.debit_fen > 0,
  }),
);
