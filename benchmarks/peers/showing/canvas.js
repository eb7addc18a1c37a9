// The floor: a pixel a cell, scaled up by a plain canvas. Neither axes nor names nor a tooltip worth the name.
const SIDE = 500;

export function prepare(counts) {
  return { counts: Float64Array.from(counts.flat()), numClasses: counts.length };
}

export async function draw(element, matrix) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const small = document.createElement("canvas");
  small.width = small.height = matrix.numClasses;
  const says = document.createElement("div");
  element.append(canvas, says);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  let shown = matrix;
  const step = (next) => {
    shown = next;
    const { counts, numClasses } = next;
    const largest = counts.reduce((max, count) => Math.max(max, count), 1);
    const image = new ImageData(numClasses, numClasses);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < counts.length; i++) {
      const left = 255 - Math.round((255 * counts[i]) / largest);
      pixels[i] = 0xffff0000 | (left << 8) | left;
    }
    const inSmall = small.getContext("2d");
    inSmall.putImageData(image, 0, 0);
    context.drawImage(small, 0, 0, SIDE, SIDE);
  };
  canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const [i, j] = [offsetY, offsetX].map((at) => Math.floor((at / SIDE) * shown.numClasses));
    says.textContent = `${i} as ${j}: ${shown.counts[i * shown.numClasses + j]}`;
  });
  step(matrix);
  return { step };
}
