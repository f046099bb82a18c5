# Builds with every package, runs with the production ones only, as a user without rights.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/trailhive
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY rules ./rules
COPY playbooks ./playbooks
COPY templates ./templates
RUN mkdir /var/lib/trailhive && chown node:node /var/lib/trailhive
USER node
VOLUME /var/lib/trailhive
EXPOSE 8080
# The role webhook answers it: where a container runs other roles alone, replace it or turn it off.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "dist/entry/cli/main.js"]
CMD ["serve", "--config", "/etc/trailhive/trailhive.yml"]
