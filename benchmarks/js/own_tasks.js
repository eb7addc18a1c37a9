// Runs in each frame before its own scripts: counts the tasks that it asks for by message, as a page does that leaves work for later.
(() => {
  const Native = window.MessageChannel;
  const ownTasks = { asked: 0, begun: 0, MessageChannel: Native };
  window.ownTasks = ownTasks;
  window.MessageChannel = function () {
    const channel = new Native();
    for (const [from, to] of [
      [channel.port1, channel.port2],
      [channel.port2, channel.port1],
    ]) {
      const post = from.postMessage.bind(from);
      from.postMessage = (...given) => {
        ownTasks.asked++;
        post(...given);
      };
      to.addEventListener("message", () => ownTasks.begun++);
    }
    return channel;
  };
})();
