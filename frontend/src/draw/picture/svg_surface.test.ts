import { describe, expect, it } from "vitest";
import { SvgSurface } from "./svg_surface";

const RED = 0xff0000ff;
const BLUE = 0xffff0000;
const WHITE = 0xffffffff;

/** An image whose pixels are given row by row. */
function imageOf(...rows: readonly (readonly number[])[]): ImageData {
  const pixels = Uint32Array.from(rows.flat());
  const [width, height] = [rows[0]?.length ?? 0, rows.length];
  return { data: new Uint8ClampedArray(pixels.buffer), width, height, colorSpace: "srgb" } as unknown as ImageData;
}

function drawn(draw: (surface: SvgSurface) => void): string[] {
  const surface = new SvgSurface({ textWidth: (text) => 6 * text.length, toPngUrl: () => "data:image/png;base64,AA" });
  draw(surface);
  return surface.toText(100, 50, "title", ["from", "where"]).split("\n");
}

describe("SvgSurface", () => {
  it("says what it is and where it comes from", () => {
    const lines = drawn(() => {});
    expect(lines[0]).toContain('width="100" height="50" viewBox="0 0 100 50"');
    expect(lines.slice(1)).toEqual(["<title>title</title>", "<desc>from", "where</desc>", "</svg>", ""]);
  });

  it("draws rectangles and texts in the colours and at the places that are set", () => {
    const lines = drawn((surface) => {
      surface.fillStyle = "#123456";
      surface.fillRect(1, 2, 3, 4.00049);
      surface.font = '500 11px Roboto, "Helvetica Neue"';
      surface.textAlign = "right";
      surface.textBaseline = "middle";
      surface.fillText("a < b", 20, 10);
    });
    expect(lines[4]).toBe('<rect x="1" y="2" width="3" height="4" fill="#123456"/>');
    expect(lines[5]).toBe(
      '<text x="20" y="13.85" fill="#123456" font-family="Roboto, &quot;Helvetica Neue&quot;" font-size="11" font-weight="500" ' +
        'text-anchor="end">a &lt; b</text>',
    );
  });

  it("moves and turns as a canvas does, and forgets it on restore", () => {
    const lines = drawn((surface) => {
      surface.save();
      surface.translate(10, 20);
      surface.rotate(-Math.PI / 2);
      surface.translate(5, 0);
      surface.fillRect(0, 0, 1, 1);
      surface.restore();
      surface.fillRect(0, 0, 1, 1);
    });
    // Five along the turned axis, which leads up.
    expect(lines[4]).toContain('transform="matrix(0 -1 1 0 10 15)"');
    expect(lines[5]).not.toContain("transform");
  });

  it("clips what is drawn until it is restored", () => {
    const lines = drawn((surface) => {
      surface.save();
      surface.beginPath();
      surface.rect(1, 1, 2, 2);
      surface.clip();
      surface.fillRect(0, 0, 9, 9);
      surface.restore();
      surface.fillRect(0, 0, 9, 9);
    });
    expect(lines[4]).toBe('<clipPath id="clip0"><path d="M1 1h2v2h-2Z"/></clipPath>');
    expect(lines[5]).toMatch(/^<g clip-path="url\(#clip0\)"><rect /);
    expect(lines[6]).toMatch(/^<rect /);
  });

  it("has a rectangle a cell for pixels, in place of the image", () => {
    const lines = drawn((surface) => {
      surface.drawPixels(imageOf([RED, RED, WHITE, WHITE], [RED, RED, WHITE, WHITE], [WHITE, WHITE, WHITE, BLUE]), 10, 20, 8, 6);
    });
    expect(lines.slice(4, -2)).toEqual([
      '<rect x="10" y="20" width="8" height="6" fill="#ffffff" shape-rendering="crispEdges"/>',
      '<rect x="10" y="20" width="4" height="4" fill="#ff0000" shape-rendering="crispEdges"/>',
      '<rect x="16" y="24" width="2" height="2" fill="#0000ff" shape-rendering="crispEdges"/>',
    ]);
  });

  it("embeds pixels as they are where they would be more than 10,000 rectangles", () => {
    const checkered = Array.from({ length: 150 }, (_, y) => Array.from({ length: 150 }, (_, x) => ((x + y) % 2 ? RED : WHITE)));
    const lines = drawn((surface) => surface.drawPixels(imageOf(...checkered), 0, 0, 75, 75));
    expect(lines.slice(4, -2)).toEqual([
      '<image x="0" y="0" width="75" height="75" style="image-rendering:pixelated" href="data:image/png;base64,AA"/>',
    ]);
  });

  it("leaves out what XML can't hold", () => {
    expect(drawn((surface) => surface.fillText("a\u0000b\u001bc", 0, 0))[4]).toContain(">abc</text>");
  });
});
