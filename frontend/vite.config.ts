import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// `make dev` names the TensorBoard whose data the dev server shows.
const tensorboard = process.env.TENSORBOARD_URL ?? "http://127.0.0.1:6006";

/** Lines of templates of HTML and CSS are indented for whoever reads them; a browser needs one space. */
function dense(): Plugin {
  return {
    name: "dense-templates",
    apply: "build",
    transform: {
      filter: { id: /\/src\/.*\.ts$/, code: /\b(html|css)`/ },
      handler(code) {
        const texts: { start: number; end: number }[] = [];
        const visit = (node: unknown): void => {
          if (typeof node !== "object" || node === null) return;
          const { type, tag, quasi } = node as { type?: string; tag?: { name?: string }; quasi?: { quasis: typeof texts } };
          if (type === "TaggedTemplateExpression" && ["html", "css"].includes(tag?.name ?? ""))
            texts.push(...(quasi?.quasis ?? []));
          for (const child of Object.values(node)) visit(child);
        };
        visit(this.parse(code));
        const fromLast = texts.sort((a, b) => b.start - a.start);
        return fromLast.reduce((denser, { start, end }) => {
          return denser.slice(0, start) + denser.slice(start, end).replace(/\s*\n\s*/g, " ") + denser.slice(end);
        }, code);
      },
    },
  };
}

export default defineConfig({
  plugins: [dense()],
  base: "./",
  build: {
    outDir: "../tb_confusion_plugin/server/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    // After it Rolldown goes over it too: together they make it 2 KB smaller, gzipped, than either does.
    minify: "terser",
    terserOptions: { module: true, compress: { passes: 3 } },
    // As an application and not a library, whose white space Vite would keep.
    rolldownOptions: {
      input: "src/main.ts",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "index.js", chunkFileNames: "[name].js", minify: true },
    },
  },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "[name].js", minify: true } } },
  server: {
    host: "127.0.0.1",
    proxy: {
      "^/(series|classes|matrix|history|order|export|compare)": {
        target: tensorboard,
        rewrite: (path) => `/data/plugin/confusion${path}`,
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
