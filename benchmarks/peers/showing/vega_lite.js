// Vega-Lite's rectangles on a canvas, with its tooltip's texts.
export function prepare(counts, names) {
  return counts.flatMap((row, i) => row.map((count, j) => ({ t: names[i], p: names[j], count })));
}

export async function draw(element, values, names) {
  const axis = { labelOverlap: true };
  const spec = {
    width: 400,
    height: 400,
    data: { name: "cells" },
    mark: { type: "rect", tooltip: true },
    encoding: {
      x: { field: "p", type: "nominal", sort: names, axis },
      y: { field: "t", type: "nominal", sort: names, axis },
      color: { field: "count", type: "quantitative" },
    },
  };
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: "canvas", container: element, hover: true });
  const tooltip = document.createElement("div");
  document.body.append(tooltip);
  view.tooltip((_, event, item, value) => {
    tooltip.textContent = JSON.stringify(value ?? "");
  });
  await view.data("cells", values).runAsync();
  return { step: (next) => view.data("cells", next).runAsync() };
}
