/** After this long whatever can wait goes to the next task, so that what somebody does meanwhile is never kept waiting. */
const TASK_MS = 12;

/** When the task that runs now is long; null: its start isn't known. */
let longFrom: number | null = null;

/** Waits until the browser has got to whatever else there is to do, such as drawing. */
export async function nextTask(): Promise<void> {
  await message();
  beginTask();
}

/** Whether the task that runs now has gone on for long since it was waited for, else since something first asked this in it. */
export function isTaskLong(): boolean {
  return performance.now() >= (longFrom ?? beginTask());
}

function beginTask(): number {
  longFrom = performance.now() + TASK_MS;
  void message().then(() => {
    longFrom = null;
  });
  return longFrom;
}

const waiting: (() => void)[] = [];
let port: MessagePort | null = null;

/** One channel for all: opening one a message takes longer than what it is for. */
function message(): Promise<void> {
  port ??= openPort();
  const sent = new Promise<void>((resolve) => waiting.push(resolve));
  port.postMessage(null);
  return sent;
}

function openPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()?.();
  return port2;
}
