/** Sigma's words for what a correlation measures over a window. */
export const CORRELATION_TYPES = [
  ...(['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const),
  ...(['value_sum', 'value_avg', 'value_percentile', 'value_median'] as const),
] as const;

export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** Types whose condition is about which rules matched. */
export function isTemporal(type: CorrelationType): boolean {
  return type === 'temporal' || type === 'temporal_ordered';
}

/** Types that compute with the numbers of one field. */
export function isNumeric(type: CorrelationType): boolean {
  return ['value_sum', 'value_avg', 'value_percentile', 'value_median'].includes(type);
}

/** Operators whose threshold more events can only bring nearer, where what is measured only grows. */
export const RISING_OPERATORS: readonly string[] = ['gt', 'gte'];

export const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type Operator = (typeof OPERATORS)[number];
