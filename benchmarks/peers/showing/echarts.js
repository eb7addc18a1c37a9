// ECharts' heat map, which says itself when it has finished.
export function prepare(counts) {
  return counts.flatMap((row, i) => row.map((count, j) => [j, i, count]));
}

export async function draw(element, data, names) {
  const chart = echarts.init(element);
  const finished = (option) =>
    new Promise((done) => {
      const isDone = () => {
        chart.off("finished", isDone);
        done();
      };
      chart.on("finished", isDone);
      chart.setOption(option);
    });
  await finished({
    animation: false,
    tooltip: {},
    xAxis: { type: "category", data: names },
    yAxis: { type: "category", data: names, inverse: true },
    visualMap: { min: 0, max: Math.max(1, ...data.slice(0, 100).map(([, , count]) => count)), show: false },
    // In one go: a chunk a frame, its default for many cells, takes 2,500 frames at K = 1,000.
    series: [{ type: "heatmap", progressive: 0, data }],
  });
  return { step: (next) => finished({ series: [{ data: next }] }) };
}
