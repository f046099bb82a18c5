#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

// The SDK's notice that Node 20 is old says nothing that a user of trailhive could act on.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const { stdin, stdout, stderr, env: environment } = process;
// A reader that closes the pipe early (`| head`) has what it wanted.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const terminal = createTerminal({ stdout, stderr, environment, now: Date.now });
process.exitCode = await runProgram(process.argv.slice(2), { terminal, environment, stdin, version });
