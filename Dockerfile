# One image for every program of this repository; compose.yaml says which one runs. Bun itself comes from npm, in the
# version that package-lock.json names.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM debian:bookworm-slim
RUN useradd --create-home --uid 1000 bun
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json tsconfig.json ./
COPY src ./src
# Memory that was given up is kept for a second, since it is mostly wanted again (docs/decisions/036).
ENV NODE_ENV=production MIMALLOC_PURGE_DELAY=1000 BUN_JSC_maximumMutatorUtilization=0.8 PATH=/app/node_modules/.bin:$PATH
USER bun
CMD ["bun", "src/main/embedded.ts"]
