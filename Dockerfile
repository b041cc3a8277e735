# Tocsin runs its TypeScript as it is, so there is no build step: dependencies in one stage, the program in the next.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No install script runs: the one package that has one is the development copy of Node.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json package-lock.json manifest.yml LICENSE ./
COPY script/start ./script/start
COPY src ./src
COPY handlers ./handlers
COPY blocks ./blocks
# The services that come with Tocsin. Mount your own over /app/services, or name another folder in SERVICES_DIR.
COPY services ./services

# The files belong to root and the process does not: it can change nothing of itself.
USER node
EXPOSE 3000
# SIGTERM starts the ordered shutdown: nothing new is taken, what was taken is finished or left to the next process.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["script/start"]
