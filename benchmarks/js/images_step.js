// (loader, repeats) -> the median ms until TensorBoard's Images tab shows the PNG of another step and its frame is handed over.
async (loader, repeats) => {
  const { shadowRoot } = loader;
  const slider = shadowRoot.querySelector("paper-slider");
  const shown = () => shadowRoot.querySelector("img")?.src;
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  for (let i = 0; i < repeats + 2; i++) {
    const before = shown();
    const start = performance.now();
    slider.immediateValue = slider.value = slider.value + (i % 2 ? 1 : -1);
    while (!shown() || shown() === before) await frame();
    await shadowRoot.querySelector("img").decode();
    await frame();
    times.push(performance.now() - start);
  }
  // The first two have fetched them.
  return times.slice(2).sort((a, b) => a - b)[repeats >> 1];
}
