import { defineConfig } from "vitest/config";

// `make dev` names the TensorBoard whose data the dev server shows.
const tensorboard = process.env.TENSORBOARD_URL ?? "http://127.0.0.1:6006";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../tb_confusion_plugin/server/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    // As an application and not a library, whose white space Vite would keep.
    rolldownOptions: {
      input: "src/main.ts",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "index.js", chunkFileNames: "[name].js" },
    },
  },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "[name].js" } } },
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
