import { type ReportInput, renderReport } from '../report/report.ts';
import { loadReportTemplate } from './knowledge.ts';

/** The page of what was found, from the template that comes with trailhive. */
export async function renderFoundPage(input: ReportInput): Promise<string> {
  return renderReport(await loadReportTemplate(), input);
}
