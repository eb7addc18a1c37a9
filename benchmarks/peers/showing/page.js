// A bare page that shows one matrix with one peer: /?peer=plotly.js&library=/modules/…&library=… Sets `window.peer`, and
// `window.firstPictureMs`, in ms from the start of the navigation, once the first matrix is drawn.
const SIDE_CSS = 500;
const query = new URLSearchParams(location.search);

function load(library) {
  const script = document.createElement("script");
  return new Promise((done, failed) => {
    Object.assign(script, { src: library, onload: done, onerror: () => failed(new Error(`can't load ${library}`)) });
    document.head.append(script);
  });
}

const loading = fetch("/counts.json").then((answer) => answer.json());
for (const library of query.getAll("library")) await load(library);
const peer = await import(`./${query.get("peer")}`);
const { numClasses, steps } = await loading;
const names = Array.from({ length: numClasses }, (_, i) => `class ${i}`);

const element = document.querySelector("#plot");
element.style.cssText = `width:${SIDE_CSS}px;height:${SIDE_CSS}px`;
// What a library wants of a step is made before: its own work alone is timed.
const prepared = steps.map((cells) => peer.prepare(dense(cells, numClasses), names));
const shown = await peer.draw(element, prepared[0], names);
await new Promise(requestAnimationFrame);
await new Promise((done) => setTimeout(done));
window.firstPictureMs = performance.now();

let hovered = 0;
window.peer = {
  step: (i) => shown.step(prepared[i % prepared.length]),
  hover: () => {
    const { left, top } = element.getBoundingClientRect();
    const along = 0.35 + 0.03 * (hovered++ % 10);
    const place = { clientX: left + SIDE_CSS * along, clientY: top + SIDE_CSS * along, bubbles: true, composed: true };
    const target = document.elementFromPoint(place.clientX, place.clientY);
    target.dispatchEvent(new PointerEvent("pointermove", place));
    target.dispatchEvent(new MouseEvent("mousemove", place));
  },
};

/** counts[trueClass][predClass] of [trueClass, predClass, count]. */
function dense(cells, numClasses) {
  const counts = Array.from({ length: numClasses }, () => new Array(numClasses).fill(0));
  for (const [trueClass, predClass, count] of cells) counts[trueClass][predClass] = count;
  return counts;
}
