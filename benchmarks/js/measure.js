// measure(act, repeats, {isEveryOther, pauseMs, warmUp}) -> {script, drawn}: medians in ms.
// `act(turn)` may return a promise. `script` is the JavaScript that it causes: what runs at once, the tasks that it asks for by
// message (own_tasks.js counts them) and those that these ask for, and what the next frame's callbacks take. `drawn` is the time
// until the frame after the last of them has been handed over.
(() => {
  const { ownTasks } = window;
  const turn = () =>
    new Promise((done) => {
      const { port1, port2 } = new ownTasks.MessageChannel();
      port1.onmessage = () => done();
      port2.postMessage(0);
    });
  // What somebody leaves for later may be asked for only after our first message, and again by what comes then.
  const NUM_IDLE = 3;
  // Lets all tasks come that were asked for: what they take.
  const tasksMs = async () => {
    let total = 0;
    for (let numIdle = 0; numIdle < NUM_IDLE || ownTasks.begun < ownTasks.asked; ) {
      const [from, begun] = [performance.now(), ownTasks.begun];
      await turn();
      const isIdle = ownTasks.begun === begun;
      numIdle = isIdle ? numIdle + 1 : 0;
      if (!isIdle) total += performance.now() - from;
    }
    return total;
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
      await turn();
      let taken = performance.now() - start;
      // What is laid out in a frame may ask for more.
      let asked;
      do {
        taken += await tasksMs();
        const answered = performance.now();
        asked = ownTasks.asked;
        await frame();
        if (frameFrom > answered) taken += performance.now() - frameFrom;
        await turn();
      } while (ownTasks.asked > asked);
      if (i < warmUp || (isEveryOther && i % 2)) continue;
      script.push(taken);
      drawn.push(performance.now() - start);
    }
    return { script: median(script), drawn: median(drawn) };
  };
})();
