import { messageOf } from '../domain/errors.ts';
import type { Log, Metrics } from '../domain/ports.ts';
import { describeProblem, type Problem } from '../domain/problem.ts';
import { type CompanyPlaces, companyOfTexts, type LoadedCompany, readCompany } from './company.ts';

export interface ContextKeeperDeps {
  readonly places: CompanyPlaces;
  /** Hash of what runs now. */
  readonly contentHash: string;
  /** Puts the new company to work; the problems that keep it from being used, where there are any. */
  readonly use: (loaded: LoadedCompany) => readonly Problem[];
  readonly metrics: Pick<Metrics, 'count' | 'gauge'>;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/** A log line names so many problems; `trailhive context check` names all. */
const TOLD_PROBLEMS = 5;

/**
 * Builds the look at `context/` and the IAM snapshots. Each call reads the files, and
 * puts what changed to work. What is broken is not used: the company stays as it
 * was, the log says once why, and `context_stale` is 1 until the files are sound. Never
 * throws.
 */
export function createContextKeeper(
  deps: ContextKeeperDeps,
): () => Promise<'unchanged' | 'reloaded' | 'kept'> {
  let used = deps.contentHash;
  let refused: string | undefined;
  const refuse = (contentHash: string, reasons: readonly string[]) => {
    deps.metrics.count('context_reload_failures');
    deps.metrics.gauge('context_stale', 1);
    if (refused !== contentHash) {
      const more = reasons.length - TOLD_PROBLEMS;
      const told = [...reasons.slice(0, TOLD_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
      deps.log.error({ problems: told }, 'changed context is not valid: what was loaded before stays in use');
    }
    refused = contentHash;
    return 'kept' as const;
  };
  return async () => {
    try {
      const read = await readCompany(deps.places);
      if (read.contentHash === used) {
        if (refused !== undefined) deps.metrics.gauge('context_stale', 0);
        refused = undefined;
        return 'unchanged';
      }
      const loaded = companyOfTexts(read);
      const problems = loaded.problems.length > 0 ? loaded.problems : deps.use(loaded);
      if (problems.length > 0) return refuse(read.contentHash, problems.map(describeProblem));
      used = read.contentHash;
      refused = undefined;
      deps.metrics.count('context_reloads');
      deps.metrics.gauge('context_stale', 0);
      deps.log.info({}, 'changed context is in use');
      return 'reloaded';
    } catch (error) {
      return refuse('', [messageOf(error)]);
    }
  };
}
