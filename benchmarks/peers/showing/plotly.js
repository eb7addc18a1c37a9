// Plotly's heat map.
const LAYOUT = { margin: { t: 10, r: 10 }, yaxis: { autorange: "reversed" } };

export function prepare(counts, names) {
  return [{ type: "heatmap", z: counts, x: names, y: names, colorscale: "Blues", reversescale: true }];
}

export async function draw(element, traces) {
  await Plotly.newPlot(element, traces, LAYOUT);
  return { step: (next) => Plotly.react(element, next, LAYOUT) };
}
