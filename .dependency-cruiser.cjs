/**
 * The layers of the house (docs/architecture.md), as rules that a tool checks.
 * Each rule says what to do instead. test/architecture plants a violation of
 * each to prove that the pattern still matches something.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two modules that need each other are one module, or a third is missing between them.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      comment: 'domain says what things are. If it needs code from elsewhere, that code is not domain.',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^(node:)?crypto$'] },
    },
    {
      name: 'language-sees-domain',
      severity: 'error',
      comment: 'language turns text into checked data; reading files and asking services is for adapters.',
      from: { path: '^src/language/' },
      to: { path: '^src/', pathNot: ['^src/domain/', '^src/language/'] },
    },
    {
      name: 'middle-sees-domain-and-language',
      severity: 'error',
      comment: 'Need I/O? Add a port to domain/ports.ts; app passes it in.',
      from: { path: '^src/(pipeline|playbook|report|config)/' },
      to: { path: '^src/', pathNot: ['^src/(domain|language)/', '^src/$1/'] },
    },
    {
      name: 'stages-meet-in-pipeline-ts',
      severity: 'error',
      comment: 'A stage never imports another stage: what both need is domain or language.',
      from: { path: '^src/pipeline/([^/]+)/' },
      to: { path: '^src/pipeline/', pathNot: '^src/pipeline/$1/' },
    },
    {
      name: 'adapters-see-domain-and-language',
      severity: 'error',
      comment: 'One system an adapter. What two adapters share is domain or language.',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/', pathNot: ['^src/(domain|language)/', '^src/adapters/$1/'] },
    },
    {
      name: 'jobs-see-no-io',
      severity: 'error',
      comment: 'A job says what happens, in ports. Which system does it is decided in app.',
      from: { path: '^src/jobs/' },
      to: { path: '^src/', pathNot: ['^src/(domain|pipeline|playbook|report|jobs)/'] },
    },
    {
      name: 'only-app-wires-adapters',
      severity: 'error',
      comment: 'An entry parses what a person or a process says and calls app.',
      from: { path: '^src/entry/' },
      to: { path: '^src/', pathNot: ['^src/(app|config|domain|entry)/'] },
    },
    {
      name: 'clients-live-in-adapters',
      severity: 'error',
      comment: 'A client library in the middle ties the rules to one system: write an adapter.',
      from: { path: '^src/', pathNot: '^src/adapters/' },
      to: { path: 'node_modules/(ioredis|bullmq|axios|@aws-sdk|@smithy|prom-client)/' },
    },
    {
      name: 'no-files-or-sockets-in-the-middle',
      severity: 'error',
      comment: 'The middle is pure so that offline and live runs are equal: add a port.',
      from: { path: '^src/(domain|language|pipeline|playbook|report|jobs)/' },
      to: { path: '^(node:)?(fs|fs/promises|http|https|net|child_process)$' },
    },
    {
      name: 'fastify-lives-in-the-webhook',
      severity: 'error',
      comment: 'HTTP in is one entry.',
      from: { path: '^src/', pathNot: '^src/entry/webhook/' },
      to: { path: 'node_modules/@?fastify/' },
    },
    {
      name: 'src-never-imports-test',
      severity: 'error',
      comment: 'What the product needs is not a test.',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
