// Runs in each frame before its own scripts: notes when the frame's first matrix is drawn, and every task of 50 ms or more.
// Times are in ms from the start of the frame's navigation.
(() => {
  window.bench = { firstPictureMs: null, longTasks: [] };
  const observer = new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries()) window.bench.longTasks.push({ name, startTime, duration });
  });
  observer.observe({ type: "longtask", buffered: true });

  const cellsOf = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.matches("[role=grid] canvas")) return one;
      const inner = one.shadowRoot && cellsOf(one.shadowRoot);
      if (inner) return inner;
    }
    return null;
  };
  // The canvas is there before its matrix: it is drawn once a pixel isn't empty. A row across the middle is enough to tell.
  const isDrawn = (canvas) => {
    if (!canvas.width || !canvas.height) return false;
    const row = canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1).data;
    return row.some((value) => value > 0);
  };
  const look = () => {
    const root = document.querySelector("tbc-app")?.shadowRoot;
    const canvas = root && cellsOf(root);
    if (canvas && isDrawn(canvas)) window.bench.firstPictureMs = performance.now();
    else requestAnimationFrame(look);
  };
  if (window !== window.top) requestAnimationFrame(look);
})();
