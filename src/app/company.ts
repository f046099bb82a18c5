import { existsSync } from 'node:fs';
import { readContextFolder, readIamFolder } from '../adapters/files/context-folder.ts';
import type { Config } from '../config/schema.ts';
import type { CompanyContext } from '../domain/company.ts';
import { hashOf } from '../domain/hash.ts';
import type { Problem } from '../domain/problem.ts';
import { type ContextText, parseContext } from '../language/context.ts';
import { withAccess } from '../pipeline/enrich/blast-radius/access.ts';
import { parseSnapshot } from '../pipeline/enrich/blast-radius/snapshot.ts';

/** Where the company's knowledge lies; an absent folder holds nothing. */
export type CompanyPlaces = Pick<Config['context'], 'folder' | 'iam'> &
  Partial<Pick<Config['context'], 'iamRefreshHours'>>;

export interface LoadedCompany {
  readonly company: CompanyContext;
  /** What `%name%` stands for in rules. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly Problem[];
  /** Of the content of all files: equal where nothing changed. */
  readonly contentHash: string;
}

/** Everything that `context/` and the IAM snapshots hold, as text. Throws `config` where a folder cannot be read. */
export async function readCompany({ folder, iam, iamRefreshHours = 0 }: CompanyPlaces): Promise<{
  readonly context: readonly ContextText[];
  readonly iam: readonly ContextText[];
  readonly contentHash: string;
}> {
  const context = folder === undefined ? [] : await readContextFolder(folder);
  // A folder that trailhive fills itself may not be there yet.
  const isAwaited = iam === undefined || (iamRefreshHours > 0 && !existsSync(iam));
  const snapshots = isAwaited ? [] : await readIamFolder(iam);
  const texts = [...context, ...snapshots].map(({ file, text }) => [file, text]);
  return { context, iam: snapshots, contentHash: hashOf(texts) };
}

/** Makes the company of what was read. Problems of all files come together. */
export function companyOfTexts(read: Awaited<ReturnType<typeof readCompany>>): LoadedCompany {
  const parsed = parseContext(read.context);
  const snapshots = read.iam.map(({ file, text }) => parseSnapshot(text, file));
  return {
    company: withAccess(
      parsed.context,
      snapshots.flatMap(({ snapshot }) => snapshot ?? []),
    ),
    placeholders: parsed.placeholders,
    problems: [...parsed.problems, ...snapshots.flatMap(({ problems }) => problems)],
    contentHash: read.contentHash,
  };
}

/** Reads and makes the company. Throws `config` where a folder cannot be read. */
export async function loadCompany(places: CompanyPlaces): Promise<LoadedCompany> {
  return companyOfTexts(await readCompany(places));
}
