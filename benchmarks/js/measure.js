// measure(act, repeats, {isEveryOther, pauseMs, warmUp}) -> {script, drawn}: medians in ms.
// `act(turn)` may return a promise. `script` is the JavaScript that it causes: what runs at once, what follows in tasks of its own
// for as long as one comes after the other, and what the next frame's callbacks take. `drawn` is the time until that frame has been
// handed over.
(() => {
  const turn = () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done();
      port2.postMessage(0);
    });
  // Nothing else ran between two messages that are nearer to each other than this.
  const BUSY_MS = 0.5;
  // What somebody leaves for later may be asked for only after our first message, and again by what comes then.
  const NUM_IDLE = 3;
  const restAfterWork = async () => {
    await turn();
    let idleFrom = performance.now();
    for (let numIdle = 0; numIdle < NUM_IDLE; ) {
      const from = performance.now();
      await turn();
      const isIdle = performance.now() - from < BUSY_MS;
      numIdle = isIdle ? numIdle + 1 : 0;
      if (!isIdle) idleFrom = performance.now();
    }
    return idleFrom;
  };
  const frame = () => new Promise(requestAnimationFrame);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

  window.measure = async (act, repeats, { isEveryOther = false, pauseMs = 0, warmUp = 2 } = {}) => {
    const script = [];
    const drawn = [];
    const numTurns = (isEveryOther ? 2 : 1) * repeats + warmUp;
    for (let i = 0; i < numTurns; i++) {
      await frame();
      await turn();
      if (pauseMs) await pause(pauseMs);
      // Callbacks of a frame run in the order in which they were asked for: this is the first, the next one below the last.
      let frameFrom = 0;
      requestAnimationFrame(() => {
        frameFrom = performance.now();
      });
      const start = performance.now();
      await act(i);
      const answered = await restAfterWork();
      await frame();
      const inFrame = frameFrom > answered ? performance.now() - frameFrom : 0;
      await turn();
      if (i < warmUp || (isEveryOther && i % 2)) continue;
      script.push(answered - start + inFrame);
      drawn.push(performance.now() - start);
    }
    return { script: median(script), drawn: median(drawn) };
  };
})();
