/** What an administrator or a team lead has set up in TheHive before any alert comes. */
import type { CustomFieldValue, Stamp } from './store.ts';

export interface CustomFieldEntity extends Stamp {
  readonly name: string;
  displayName: string;
  group: string;
  description: string;
  readonly type: string;
  mandatory: boolean;
  options: unknown[];
}

export interface ObservableTypeEntity extends Stamp {
  readonly name: string;
  readonly isAttachment: boolean;
}

export interface StatusEntity extends Stamp {
  readonly value: string;
  readonly stage: string;
  readonly order: number;
  readonly hidden: boolean;
  description?: string;
  colour?: string;
}

export interface CaseTemplateEntity extends Stamp {
  name: string;
  displayName: string;
  titlePrefix?: string;
  description?: string;
  severity?: number;
  tlp?: number;
  pap?: number;
  flag: boolean;
  summary?: string;
  tags: string[];
  customFields: CustomFieldValue[];
  tasks: TaskInput[];
  pages: PageInput[];
}

export interface TaskInput {
  readonly title: string;
  readonly group?: string;
  readonly description?: string;
  readonly status?: string;
  readonly flag?: boolean;
  readonly order?: number;
  readonly startDate?: number;
  readonly endDate?: number;
  readonly dueDate?: number;
  readonly assignee?: string;
  readonly mandatory?: boolean;
}

export interface PageInput {
  readonly title: string;
  readonly content: string;
  readonly category: string;
  readonly order?: number;
}
