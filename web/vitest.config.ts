// `unit` needs nothing; `live` needs an instance (make test, or make test-up and its environment).
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/*/tests/unit/**/*.test.{ts,tsx}",
            "app/tests/unit/**/*.test.{ts,tsx}",
            "reference/tests/*.test.ts",
          ],
        },
      },
      {
        test: {
          name: "live",
          include: ["packages/*/tests/live/**/*.test.{ts,tsx}"],
          // They share one instance and kill its parts.
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
