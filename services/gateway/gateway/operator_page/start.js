// Sign in, then ask again and again; the part of the page shown is in its address.

import { Refused, forgetToken, keepToken, token } from "./asking.js";
import { both, byId, element } from "./elements.js";
import { listParked } from "./parked.js";
import { askAll, show, worst } from "./standing.js";
import { follow } from "./trace.js";
import { STATES, clock, count } from "./words.js";

const REFRESH_MS = 5000;
const PARTS = ["overview", "trace", "parked"];

function partShown() {
  const [part, event] = location.hash.slice(1).split("=");
  return { part: PARTS.includes(part) ? part : "overview", event };
}

function turnTo() {
  const signedIn = Boolean(token());
  const { part, event } = partShown();
  document.querySelector("nav").hidden = !signedIn;
  byId("sign-in").hidden = signedIn;
  for (const name of PARTS) byId(name).hidden = !signedIn || name !== part;
  for (const place of document.querySelectorAll("nav a")) {
    place.toggleAttribute("aria-current", place.hash === `#${part}`);
  }
  if (!signedIn) return;
  if (part === "parked") listParked();
  if (part === "trace" && event) {
    byId("event").value = event;
    follow(event);
  }
}

async function refresh() {
  if (!token() || document.hidden) return;
  try {
    const standings = await askAll();
    show(standings);
    const state = worst(standings);
    const parked = standings.reduce((sum, standing) => sum + (standing.parked_waiting ?? 0), 0);
    byId("parked-count").textContent = parked ? count(parked) : "";
    byId("state").replaceChildren(
      element("span", { class: `pill ${state}` }, ...both(...STATES[state])),
      element("time", {}, clock(Date.now())),
    );
  } catch (fault) {
    signOut(fault instanceof Refused ? fault.message : String(fault));
  }
}

function signOut(why = "") {
  forgetToken();
  byId("state").replaceChildren();
  byId("sign-in-fault").textContent = why;
  turnTo();
}

async function goOn() {
  await refresh();
  setTimeout(goOn, REFRESH_MS);
}

byId("sign-in").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  keepToken(byId("token").value);
  byId("token").value = "";
  byId("sign-in-fault").textContent = "";
  turnTo();
  refresh();
});
byId("leave").addEventListener("click", () => signOut());
byId("follow").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const event = byId("event").value.trim().toLowerCase();
  if (partShown().event === event) follow(event);
  else location.hash = `trace=${event}`;
});
byId("choose").addEventListener("change", listParked);
byId("decide-no").addEventListener("click", () => byId("decide").close());
addEventListener("hashchange", turnTo);
document.addEventListener("visibilitychange", refresh);
turnTo();
goOn();
