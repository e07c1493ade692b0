// Lines over the last minutes, as plain SVG: one scale for all lines of a picture, its top written beside it.

import { drawn, element } from "./elements.js";
import { speed } from "./words.js";

const WIDTH = 300;
const HEIGHT = 64;

// `series`: [[name of the figure, class of its line, words]]; `points` have a moment `at` and the figures.
export function lines(points, series, { from, until, unit }) {
  const most = Math.max(1, ...points.flatMap((point) => series.map(([name]) => point[name])));
  const across = (at) => ((Date.parse(at) - from) / (until - from)) * WIDTH;
  const down = (value) => HEIGHT - (value / most) * (HEIGHT - 4) - 1;
  const paths = series.map(([name, kind]) => {
    const places = points.map((point) => `${across(point.at).toFixed(1)},${down(point[name]).toFixed(1)}`);
    return drawn("polyline", { class: `line ${kind}`, points: places.join(" ") });
  });
  const said = series.map(([name, , words]) => `${words} ${speed(points.at(-1)?.[name] ?? 0)}`).join(", ");
  const picture = drawn(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": said },
    drawn("path", { class: "grid", d: `M0 ${HEIGHT - 1}H${WIDTH}M0 3H${WIDTH}` }),
    ...paths,
  );
  const now = series.map(([name, kind, words]) =>
    element("span", { class: kind }, `${words} `, element("b", {}, speed(points.at(-1)?.[name] ?? 0))),
  );
  return element(
    "figure",
    { class: "lines" },
    element("figcaption", {}, ...now, element("i", {}, `≤ ${speed(most)}${unit}`)),
    picture,
  );
}
